### mail
mail-language = es

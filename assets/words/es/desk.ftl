### desk
desk-language = es

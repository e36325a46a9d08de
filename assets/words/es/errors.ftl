### errors
errors-language = es

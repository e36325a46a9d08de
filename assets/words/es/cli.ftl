### cli
cli-language = es

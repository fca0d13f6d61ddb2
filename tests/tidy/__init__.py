"""The house style as rules: each reads one file of the project and yields what is wrong with it."""

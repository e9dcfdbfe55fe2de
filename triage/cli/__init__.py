"""The command line: a command parses, calls one workflow and shows what came back."""

"""Renderers: each turns a report into the text of one format, and touches nothing else.

Names and paths in a report come from hostile files; every format makes them inert for whoever
reads it: a terminal, a build log, a browser, a parser.
"""

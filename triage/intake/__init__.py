"""Files of any kind become reports, or rejections that name file, line and reason; nothing is lost on the way.

The way of a row: `kinds` tells what a file holds, `streams` gives its bytes line by line in flat memory, one of
`delimited`, `jsonlines`, `parquet`, `mail` and `documents` makes raw rows of them, and `to_report` turns each raw
row into a report, a rejection or a blank.
"""

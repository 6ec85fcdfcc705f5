#!/bin/sh
# Trains what is open of the table of section 5.23 with GNU parallel, one training a core.
# Run it in the checkout; the same command again goes on, and repeats what failed:
#   go build -o .cnnbook/cnnbook .
#   sh chapters/ch05/s23-generalisation/table/jobs/parallel.sh
set -e
list=.cnnbook/table-numbers # kept, because parallel counts lines: --resume-failed wants the same list again
[ -s "$list" ] || .cnnbook/cnnbook table jobs --numbers >"$list"
exec parallel --jobs "$(nproc)" --joblog .cnnbook/table-jobs.log --resume-failed --retries 3 \
	'taskset --cpu-list $(({%} - 1)) .cnnbook/cnnbook table --only {}' :::: "$list"

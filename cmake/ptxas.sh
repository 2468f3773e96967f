#!/usr/bin/env bash
# Compiler launcher: runs the compiler that the arguments name, with ptxas' account of the kernels (-Xptxas -v) in
# OBJECT.ptxas instead of among the messages. scripts/budgets.sh reads it.

set -u
object=
for ((i = 1; i < $#; ++i)); do [[ ${!i} != -o ]] || object=${*:i+1:1}; done
account='^ptxas info|^ +[0-9]+ bytes stack frame'

messages=$("$@" 2>&1)
status=$?
grep -E "$account" <<< "$messages" > "$object.ptxas"
[[ -z $messages ]] || grep -vE "$account" <<< "$messages" >&2
exit $status

#!/bin/bash
# The program while the system fails it. inject.py makes each call fail in turn, through faults.c; world.py does what a real
# system does. Both set a folder of their own back before each run, and look at every file after it.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

export XBG_ROOT=$root
expect_ok "the program with faults.c builds" make -s WERROR=1 build/faulty
expect_ok "and under the sanitizers" make -s -j 2 SAN=address,undefined WERROR=1 build/san/faulty

# Every function of the system that the program calls is either one that faults.c stands before, or here: those that cannot
# fail, those whose failure is of no account, and those of children that are about to become a compiler.
harmless='__assert_fail __ctype_b_loc __cxa_finalize __errno_location __gmon_start__ __libc_start_main __longjmp_chk __stack_chk_fail
_ITM_deregisterTMCloneTable _ITM_registerTMCloneTable _exit _setjmp abort bcmp clock_gettime closedir dlerror dlsym dup2 execvp
fclose fcntl fileno free getenv getpid isatty kill longjmp memchr memcmp memcpy memmove memset pthread_join pthread_mutex_destroy
pthread_mutex_init pthread_mutex_lock pthread_mutex_unlock qsort setenv sigaction sigaddset sigemptyset sigismember sigpending
sigprocmask snprintf strchr strcmp strerror strlen strncmp strnlen strstr strtod strtoul strtoull vsnprintf'
{
    make -s --no-print-directory fault-calls
    tr ' ' '\n' <<<"$harmless"
} | sort -u >"$work/known"
nm -D --undefined-only "$build/xenbindgen" | awk '{ sub(/@.*/, "", $NF); sub(/^__isoc[0-9]+_/, "", $NF); print $NF }' | sort -u >"$work/called"
if comm -23 "$work/called" "$work/known" >"$work/unknown" && [ -s "$work/called" ] && [ ! -s "$work/unknown" ]; then
    ok "every call to the system is known"
else
    not_ok "every call to the system is known" "neither in FAULT_CALLS of the Makefile nor harmless:" - <"$work/unknown"
fi

# part SCRIPT: its tests count as this suite's.
part() {
    local status=0
    python3 "$root/tests/faults/$1" "$build" "$work" >"$work/$1.tap" 2>"$work/$1.err" || status=$?
    take_tests "$work/$1.tap" || not_ok "$1 gets to its end" "exit status $status" - <"$work/$1.err"
}
part inject.py
part world.py
suite_end

/* A C compiler that is run: what it is for, and what it has to say about a piece of C. */
#ifndef XB_WITNESS_COMPILER_H
#define XB_WITNESS_COMPILER_H

#include "abi/abi.h"
#include "base/buf.h"
#include "base/vec.h"

#include <signal.h>

/* So many compilers run at a time. */
#define COMPILERS_MAX 2

struct compiler {
    struct arena *arena;
    struct str command;    /* as the user gave it, "clang --target=aarch64-linux-gnu" */
    VEC(struct str) words; /* each with a NUL after it */
    enum abi abi;          /* what it compiles for */
    bool is_clang;
    bool knows_functions; /* its optimizer can be asked, as claims.h has it, about bytes whose bits are counted from
                             below */
    struct str folder;    /* a private one, for what it reads and writes */
    VEC(struct str) folders, files;                      /* what may be in it */
    const char *out[COMPILERS_MAX], *err[COMPILERS_MAX]; /* files for what those that run print */
    sigset_t signals;                                    /* those that were held back before this */
};

/* One error of the compiler. */
struct complaint {
    struct str path; /* of the file that it is about */
    unsigned line, column;
    struct str message;
};

/* A piece of C to compile, and what became of it. */
struct task {
    struct str text;
    VEC(struct str) options;
    VEC(struct complaint) complaints;
    struct str path;   /* of the file that held the text */
    struct str output; /* all that the compiler said */
    int status;        /* of the compiler: 0 where there is no error */
};

/*
 * Finds out what a compiler is for. False, with one line for the user in `error`, when it cannot be run or is of no
 * use. `folder` and what is in it are there until compiler_close, which must be called either way.
 */
bool compiler_open(struct arena *arena, struct str command, struct compiler *compiler, struct str *error);
void compiler_close(struct compiler *compiler);

/* Adds a file, "sys/types.h", to the private folder; returns its path, or an empty one after an error. */
struct str compiler_add_file(struct compiler *compiler, const char *path, struct str text, struct str *error);

/* Checks the text of each task. False, and an error, when the compiler could not be run. */
bool compiler_check(struct compiler *compiler, struct task *tasks, size_t len, struct str *error);

#endif

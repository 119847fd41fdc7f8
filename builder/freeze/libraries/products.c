/* What the viewer needs of BLAS and LAPACK, in the place of OpenBLAS in NumPy: products, and linear equations.

   The definitions are those of the reference (netlib.org: BLAS, CBLAS, LAPACK), in plain loops, with integers of 64
   bits. Every other routine that NumPy names ends the program with its name: no number is better than a wrong one.
   `blas.py` compiles this file once; the file includes itself for each of the four types. */

#ifndef ELEMENT

typedef long long whole;
enum { ROW_MAJOR = 101, COLUMN_MAJOR = 102, PLAIN = 111, TRANSPOSED = 112, CONJUGATED = 113, UPPER = 121, LOWER = 122 };

#define JOIN_(a, b, c) a##b##c
#define JOIN(a, b, c) JOIN_(a, b, c)
#define CBLAS(name) JOIN(scipy_cblas_, LETTER, name##64_)
#define FORTRAN(name) JOIN(scipy_, LETTER, name##_64_)
#define OWN(name) JOIN(LETTER, _, name)

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
__declspec(dllimport) void __stdcall FatalAppExitA(unsigned action, const char *message);
int __stdcall DllMain(void *module, unsigned reason, void *reserved) { return 1; }
static void say_and_end(const char *text, whole length) {
    FatalAppExitA(0, text);
    __builtin_trap();
}
#else
#define EXPORT __attribute__((visibility("default")))
long write(int file, const void *content, unsigned long length);
void abort(void) __attribute__((noreturn));
static void say_and_end(const char *text, whole length) {
    if (write(2, text, length) >= 0) write(2, "\n", 1);
    abort();
}
#endif
#define SAY_AND_END(name) \
    say_and_end("The viewer ends: it asked for '" name "', which it does not have. Please say so to the people who " \
                "gave you the medium.", sizeof("The viewer ends: it asked for '" name "', which it does not have. " \
                "Please say so to the people who gave you the medium.") - 1)

/* BLAS begins at the end of a vector whose step is negative. */
static whole first(whole count, whole step) { return step < 0 ? (1 - count) * step : 0; }

static void known(int valid) { if (!valid) SAY_AND_END("unknown order"); }

#define REAL
#define LETTER s
#define ELEMENT float
#include "products.c"
#define LETTER d
#define ELEMENT double
#include "products.c"
#undef REAL
#define LETTER c
#define ELEMENT float _Complex
#include "products.c"
#define LETTER z
#define ELEMENT double _Complex
#include "products.c"

#define ABSENT(name) EXPORT void scipy_##name##_64_(void) { SAY_AND_END(#name); }
#define ABSENT_OF_COMPLEX(name) ABSENT(c##name) ABSENT(z##name)
#define ABSENT_OF_ALL(name) ABSENT(s##name) ABSENT(d##name) ABSENT_OF_COMPLEX(name)
ABSENT_OF_ALL(geev)
ABSENT_OF_ALL(gelsd)
ABSENT_OF_ALL(geqrf)
ABSENT_OF_ALL(gesdd)
ABSENT_OF_ALL(getrf)
ABSENT_OF_ALL(potrf)
ABSENT_OF_COMPLEX(gesv)
ABSENT_OF_COMPLEX(heevd)
ABSENT(ssyevd)
ABSENT(dsyevd)
ABSENT(dorgqr)
ABSENT(zungqr)

#else

/* Complex numbers come by address, real ones by value; `~` is GCC's conjugate. */
#ifdef REAL
#define SCALAR ELEMENT
#define VALUE(scalar) (scalar)
#define CONJUGATE(value) (value)
#else
#define SCALAR const ELEMENT *
#define VALUE(scalar) (*(scalar))
#define CONJUGATE(value) (~(value))
#endif

/* The sum of count products; the first factor conjugated if asked. */
static ELEMENT OWN(sum)(whole count, const ELEMENT *a, whole step_a, const ELEMENT *b, whole step_b, int conjugated) {
    ELEMENT sum = 0;
    if (conjugated)
        for (whole i = 0; i < count; i++) sum += CONJUGATE(a[i * step_a]) * b[i * step_b];
    else
        for (whole i = 0; i < count; i++) sum += a[i * step_a] * b[i * step_b];
    return sum;
}

/* c = alpha * sum + beta * c, where c is not read if beta is 0. */
static void OWN(store)(ELEMENT *c, ELEMENT sum, ELEMENT alpha, ELEMENT beta) {
    ELEMENT product = alpha == 1 ? sum : alpha * sum;
    *c = beta == 0 ? product : product + beta * *c;
}

#ifdef REAL
EXPORT ELEMENT CBLAS(dot)(whole n, const ELEMENT *x, whole step_x, const ELEMENT *y, whole step_y) {
    return OWN(sum)(n, x + first(n, step_x), step_x, y + first(n, step_y), step_y, 0);
}
#else
EXPORT void CBLAS(dotu_sub)(whole n, const ELEMENT *x, whole step_x, const ELEMENT *y, whole step_y, ELEMENT *out) {
    *out = OWN(sum)(n, x + first(n, step_x), step_x, y + first(n, step_y), step_y, 0);
}

EXPORT void CBLAS(dotc_sub)(whole n, const ELEMENT *x, whole step_x, const ELEMENT *y, whole step_y, ELEMENT *out) {
    *out = OWN(sum)(n, x + first(n, step_x), step_x, y + first(n, step_y), step_y, 1);
}
#endif

EXPORT void CBLAS(axpy)(whole n, SCALAR alpha, const ELEMENT *x, whole step_x, ELEMENT *y, whole step_y) {
    x += first(n, step_x), y += first(n, step_y);
    for (whole i = 0; i < n; i++) y[i * step_y] += VALUE(alpha) * x[i * step_x];
}

EXPORT void FORTRAN(copy)(const whole *n, const ELEMENT *x, const whole *step_x, ELEMENT *y, const whole *step_y) {
    x += first(*n, *step_x), y += first(*n, *step_y);
    for (whole i = 0; i < *n; i++) y[i * *step_y] = x[i * *step_x];
}

/* y = alpha * op(a) * x + beta * y; a is of rows x columns before op. */
EXPORT void CBLAS(gemv)(int order, int op, whole rows, whole columns, SCALAR alpha, const ELEMENT *a, whole lead,
                        const ELEMENT *x, whole step_x, SCALAR beta, ELEMENT *y, whole step_y) {
    known((order == ROW_MAJOR || order == COLUMN_MAJOR) && op >= PLAIN && op <= CONJUGATED);
    whole down = order == ROW_MAJOR ? lead : 1, right = order == ROW_MAJOR ? 1 : lead;
    whole made = op == PLAIN ? rows : columns, summed = op == PLAIN ? columns : rows;
    whole next = op == PLAIN ? down : right, along = op == PLAIN ? right : down;
    x += first(summed, step_x), y += first(made, step_y);
    for (whole i = 0; i < made; i++)
        OWN(store)(y + i * step_y, OWN(sum)(summed, a + i * next, along, x, step_x, op == CONJUGATED), VALUE(alpha),
                   VALUE(beta));
}

/* c = alpha * op_a(a) * op_b(b) + beta * c; c is of m x n, and k products are summed. */
EXPORT void CBLAS(gemm)(int order, int op_a, int op_b, whole m, whole n, whole k, SCALAR alpha, const ELEMENT *a,
                        whole lead_a, const ELEMENT *b, whole lead_b, SCALAR beta, ELEMENT *c, whole lead_c) {
    known((order == ROW_MAJOR || order == COLUMN_MAJOR) && op_a >= PLAIN && op_a <= CONJUGATED);
    known(op_b >= PLAIN && op_b <= TRANSPOSED); /* NumPy conjugates no matrix */
    int by_rows = order == ROW_MAJOR;
    int straight_a = by_rows == (op_a == PLAIN), straight_b = by_rows == (op_b == PLAIN);
    whole down_a = straight_a ? lead_a : 1, right_a = straight_a ? 1 : lead_a;
    whole down_b = straight_b ? lead_b : 1, right_b = straight_b ? 1 : lead_b;
    whole down_c = by_rows ? lead_c : 1, right_c = by_rows ? 1 : lead_c;
    for (whole i = 0; i < m; i++)
        for (whole j = 0; j < n; j++)
            OWN(store)(c + i * down_c + j * right_c,
                       OWN(sum)(k, a + i * down_a, right_a, b + j * right_b, down_b, op_a == CONJUGATED),
                       VALUE(alpha), VALUE(beta));
}

/* c = alpha * a * transposed a + beta * c, or the transposed first; only one triangle of c is written. */
EXPORT void CBLAS(syrk)(int order, int triangle, int op, whole n, whole k, SCALAR alpha, const ELEMENT *a, whole lead,
                        SCALAR beta, ELEMENT *c, whole lead_c) {
    known((order == ROW_MAJOR || order == COLUMN_MAJOR) && (triangle == UPPER || triangle == LOWER));
    known(op == PLAIN || op == TRANSPOSED);
    int by_rows = order == ROW_MAJOR, straight = by_rows == (op == PLAIN);
    whole down = straight ? lead : 1, right = straight ? 1 : lead;
    whole down_c = by_rows ? lead_c : 1, right_c = by_rows ? 1 : lead_c;
    for (whole i = 0; i < n; i++)
        for (whole j = triangle == UPPER ? i : 0; j < (triangle == UPPER ? n : i + 1); j++)
            OWN(store)(c + i * down_c + j * right_c, OWN(sum)(k, a + i * down, right, a + j * down, right, 0),
                       VALUE(alpha), VALUE(beta));
}

#ifdef REAL
static ELEMENT OWN(size)(ELEMENT value) { return value < 0 ? -value : value; }

static void OWN(swap)(whole count, ELEMENT *one, ELEMENT *other, whole step) {
    for (whole i = 0; i < count; i++) {
        ELEMENT kept = one[i * step];
        one[i * step] = other[i * step], other[i * step] = kept;
    }
}

/* Solves a * x = b by elimination with partial pivoting; a and b lie by columns. info: the first pivot that is 0. */
EXPORT void FORTRAN(gesv)(const whole *order, const whole *sides, ELEMENT *a, const whole *lead_a, whole *pivots,
                          ELEMENT *b, const whole *lead_b, whole *info) {
    whole n = *order, la = *lead_a, lb = *lead_b;
    *info = 0;
    for (whole p = 0; p < n; p++) {
        whole best = p;
        for (whole i = p + 1; i < n; i++)
            if (OWN(size)(a[i + p * la]) > OWN(size)(a[best + p * la])) best = i;
        pivots[p] = best + 1;
        if (a[best + p * la] == 0) {
            *info = p + 1;
            return;
        }
        if (best != p) OWN(swap)(n, a + p, a + best, la), OWN(swap)(*sides, b + p, b + best, lb);
        for (whole i = p + 1; i < n; i++) {
            ELEMENT factor = a[i + p * la] /= a[p + p * la];
            for (whole j = p + 1; j < n; j++) a[i + j * la] -= factor * a[p + j * la];
            for (whole j = 0; j < *sides; j++) b[i + j * lb] -= factor * b[p + j * lb];
        }
    }
    for (whole j = 0; j < *sides; j++)
        for (whole i = n - 1; i >= 0; i--) {
            for (whole p = i + 1; p < n; p++) b[i + j * lb] -= a[i + p * la] * b[p + j * lb];
            b[i + j * lb] /= a[i + i * la];
        }
}
#endif

#undef SCALAR
#undef VALUE
#undef CONJUGATE
#undef LETTER
#undef ELEMENT
#endif

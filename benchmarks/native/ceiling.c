// The native ceiling: hand-written AVX-512 and AVX2 kernels for softmax, log-softmax, cross-entropy loss and
// loss+gradient over contiguous rows, one thread. It is a yardstick for one machine, not a library: no special
// values, no options. Prints one line per (isa, op, shape): median and best ns per element.
// Build and run: cc -O3 -Wall ceiling.c -o ceiling -lm && ./ceiling [ROWSxCLASSES ...] [avx512|avx2] [OPERATION]
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define T512 __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))) static inline
#define T256 __attribute__((target("avx2,fma"))) static inline
static const float LOG2E = 0x1.715476p+0f, LN2_HI = 0x1.62e400p-1f, LN2_LO = 0x1.7f7d1cp-20f;
static const float C5 = 0x1.0f9f9cp-7f, C4 = 0x1.573a1ap-5f, C3 = 0x1.555a80p-3f, C2 = 0x1.fffdc6p-2f, C1 = 0x1.fffff6p-1f;

T512 __m512 exp512(__m512 x) {
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(LOG2E)), 0);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(LN2_HI), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(LN2_LO), r);
  __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(C5), r, _mm512_set1_ps(C4));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(C3));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(C2));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(C1));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, n);
}
T256 __m256 exp256(__m256 x) {
  const __m256 magic = _mm256_set1_ps(0x1.8000fep+23f);
  __m256 n = _mm256_fmadd_ps(x, _mm256_set1_ps(LOG2E), magic);
  __m256 s = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(n), 23));
  n = _mm256_sub_ps(n, magic);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(LN2_HI), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(LN2_LO), r);
  __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(C5), r, _mm256_set1_ps(C4));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(C3));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(C2));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(C1));
  __m256 y = _mm256_fmadd_ps(_mm256_mul_ps(r, s), p, s);
  return _mm256_andnot_ps(_mm256_cmp_ps(x, _mm256_set1_ps(-87.3f), _CMP_LT_OQ), y);
}

// ---- AVX-512 ----
#define M512(n, i) ((__mmask16)((n) - (i) >= 16 ? 0xffff : (1u << ((n) - (i))) - 1))
T512 float max512(const float *x, long n) {
  __m512 a = _mm512_set1_ps(-INFINITY), b = a, c = a, d = a;
  long i = 0;
  for (; i + 64 <= n; i += 64) {
    a = _mm512_max_ps(a, _mm512_loadu_ps(x + i));
    b = _mm512_max_ps(b, _mm512_loadu_ps(x + i + 16));
    c = _mm512_max_ps(c, _mm512_loadu_ps(x + i + 32));
    d = _mm512_max_ps(d, _mm512_loadu_ps(x + i + 48));
  }
  for (; i < n; i += 16) a = _mm512_mask_max_ps(a, M512(n, i), a, _mm512_maskz_loadu_ps(M512(n, i), x + i));
  return _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(a, b), _mm512_max_ps(c, d)));
}
T512 float expsum512(const float *x, float *y, long n, float max) {  // y may be NULL
  __m512 m = _mm512_set1_ps(max), a = _mm512_setzero_ps(), b = a, c = a, d = a;
  long i = 0;
  for (; i + 64 <= n; i += 64) {
    __m512 e0 = exp512(_mm512_sub_ps(_mm512_loadu_ps(x + i), m)), e1 = exp512(_mm512_sub_ps(_mm512_loadu_ps(x + i + 16), m));
    __m512 e2 = exp512(_mm512_sub_ps(_mm512_loadu_ps(x + i + 32), m)), e3 = exp512(_mm512_sub_ps(_mm512_loadu_ps(x + i + 48), m));
    if (y) {
      _mm512_storeu_ps(y + i, e0); _mm512_storeu_ps(y + i + 16, e1);
      _mm512_storeu_ps(y + i + 32, e2); _mm512_storeu_ps(y + i + 48, e3);
    }
    a = _mm512_add_ps(a, e0); b = _mm512_add_ps(b, e1); c = _mm512_add_ps(c, e2); d = _mm512_add_ps(d, e3);
  }
  for (; i < n; i += 16) {
    __mmask16 k = M512(n, i);
    __m512 e = exp512(_mm512_sub_ps(_mm512_maskz_loadu_ps(k, x + i), m));
    if (y) _mm512_mask_storeu_ps(y + i, k, e);
    a = _mm512_mask_add_ps(a, k, a, e);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)));
}
T512 void affine512(const float *x, float *y, long n, float k, float t) {  // y = x*k + t
  __m512 v = _mm512_set1_ps(k), w = _mm512_set1_ps(t);
  long i = 0;
  for (; i + 64 <= n; i += 64)
    for (int j = 0; j < 64; j += 16) _mm512_storeu_ps(y + i + j, _mm512_fmadd_ps(_mm512_loadu_ps(x + i + j), v, w));
  for (; i < n; i += 16) _mm512_mask_storeu_ps(y + i, M512(n, i), _mm512_fmadd_ps(_mm512_maskz_loadu_ps(M512(n, i), x + i), v, w));
}
// ---- AVX2 ----
T256 __m256i m256(long left) {
  static const int32_t on[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
  return _mm256_loadu_si256((const __m256i *)(on + 8 - (left > 8 ? 8 : left)));
}
T256 float hmax256(__m256 v) { float t[8]; _mm256_storeu_ps(t, v); float r = t[0]; for (int i = 1; i < 8; i++) r = r > t[i] ? r : t[i]; return r; }
T256 float hadd256(__m256 v) { __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1)); s = _mm_hadd_ps(s, s); s = _mm_hadd_ps(s, s); return _mm_cvtss_f32(s); }
T256 float max256(const float *x, long n) {
  __m256 a = _mm256_set1_ps(-INFINITY), b = a, c = a, d = a;
  long i = 0;
  for (; i + 32 <= n; i += 32) {
    a = _mm256_max_ps(a, _mm256_loadu_ps(x + i)); b = _mm256_max_ps(b, _mm256_loadu_ps(x + i + 8));
    c = _mm256_max_ps(c, _mm256_loadu_ps(x + i + 16)); d = _mm256_max_ps(d, _mm256_loadu_ps(x + i + 24));
  }
  for (; i < n; i += 8) {
    __m256i k = m256(n - i);
    a = _mm256_blendv_ps(a, _mm256_max_ps(a, _mm256_maskload_ps(x + i, k)), _mm256_castsi256_ps(k));
  }
  return hmax256(_mm256_max_ps(_mm256_max_ps(a, b), _mm256_max_ps(c, d)));
}
T256 float expsum256(const float *x, float *y, long n, float max) {
  __m256 m = _mm256_set1_ps(max), a = _mm256_setzero_ps(), b = a, c = a, d = a;
  long i = 0;
  for (; i + 32 <= n; i += 32) {
    __m256 e0 = exp256(_mm256_sub_ps(_mm256_loadu_ps(x + i), m)), e1 = exp256(_mm256_sub_ps(_mm256_loadu_ps(x + i + 8), m));
    __m256 e2 = exp256(_mm256_sub_ps(_mm256_loadu_ps(x + i + 16), m)), e3 = exp256(_mm256_sub_ps(_mm256_loadu_ps(x + i + 24), m));
    if (y) {
      _mm256_storeu_ps(y + i, e0); _mm256_storeu_ps(y + i + 8, e1);
      _mm256_storeu_ps(y + i + 16, e2); _mm256_storeu_ps(y + i + 24, e3);
    }
    a = _mm256_add_ps(a, e0); b = _mm256_add_ps(b, e1); c = _mm256_add_ps(c, e2); d = _mm256_add_ps(d, e3);
  }
  for (; i < n; i += 8) {
    __m256i k = m256(n - i);
    __m256 e = exp256(_mm256_sub_ps(_mm256_maskload_ps(x + i, k), m));
    if (y) _mm256_maskstore_ps(y + i, k, e);
    a = _mm256_add_ps(a, _mm256_and_ps(e, _mm256_castsi256_ps(k)));
  }
  return hadd256(_mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d)));
}
T256 void affine256(const float *x, float *y, long n, float k, float t) {
  __m256 v = _mm256_set1_ps(k), w = _mm256_set1_ps(t);
  long i = 0;
  for (; i + 32 <= n; i += 32)
    for (int j = 0; j < 32; j += 8) _mm256_storeu_ps(y + i + j, _mm256_fmadd_ps(_mm256_loadu_ps(x + i + j), v, w));
  for (; i < n; i += 8) _mm256_maskstore_ps(y + i, m256(n - i), _mm256_fmadd_ps(_mm256_maskload_ps(x + i, m256(n - i)), v, w));
}

enum { SOFTMAX, LOG_SOFTMAX, LOSS, LOSS_GRAD, OPS };
static const char *op_name[] = {"softmax", "log_softmax", "loss", "loss_grad"};
#define RUN(W, ATTR)                                                                                     \
  ATTR double run##W(int op, const float *x, const int *label, float *y, long rows, long n) {            \
    double loss = 0;                                                                                     \
    for (long r = 0; r < rows; r++, x += n, y += n) {                                                    \
      float m = max##W(x, n);                                                                            \
      int store = op == SOFTMAX || op == LOSS_GRAD;                                                      \
      float s = store ? expsum##W(x, y, n, m) : expsum##W(x, NULL, n, m);                                \
      if (op == SOFTMAX) affine##W(y, y, n, 1 / s, 0);                                                   \
      if (op == LOG_SOFTMAX) affine##W(x, y, n, 1, -(m + logf(s)));                                      \
      if (op >= LOSS) loss += m - x[label[r]] + logf(s);                                                 \
      if (op == LOSS_GRAD) { affine##W(y, y, n, 1 / (s * rows), 0); y[label[r]] -= 1.0f / rows; }        \
    }                                                                                                    \
    return loss / rows;                                                                                  \
  }
RUN(512, __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))) static)
RUN(256, __attribute__((target("avx2,fma"))) static)

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e9 + t.tv_nsec; }
static int cmp(const void *a, const void *b) { double x = *(const double *)a, y = *(const double *)b; return (x > y) - (x < y); }
static volatile double sink;

int main(int argc, char **argv) {
  const char *def[] = {"4096x3", "4096x10", "1024x100", "256x1000", "64x4096", "16x32000", "1x1000", "8x128256"};
  const char *only_isa = NULL, *only_op = NULL;
  for (; argc > 1 && (argv[argc - 1][0] < '0' || argv[argc - 1][0] > '9'); argc--) {  // shapes begin with a digit
    if (!strncmp(argv[argc - 1], "avx", 3)) only_isa = argv[argc - 1]; else only_op = argv[argc - 1];
  }
  int shapes = argc > 1 ? argc - 1 : (int)(sizeof def / sizeof *def);
  printf("isa\top\trows\tclasses\tmedian_ns_per_el\tbest_ns_per_el\n");
  for (int s = 0; s < shapes; s++) {
    long rows, n;
    if (sscanf(argc > 1 ? argv[s + 1] : def[s], "%ldx%ld", &rows, &n) != 2 || rows < 1 || n < 1) { fprintf(stderr, "bad shape\n"); return 2; }
    size_t bytes = (((size_t)rows * n * 4) + 4095) / 4096 * 4096;
    float *x = aligned_alloc(4096, bytes), *y = aligned_alloc(4096, bytes);
    int *label = malloc(rows * sizeof *label);
    srand(1);
    for (long i = 0; i < rows * n; i++) { float u = 0; for (int k = 0; k < 4; k++) u += rand() / (float)RAND_MAX - 0.5f; x[i] = u * 6.9f; }
    for (long i = 0; i < rows; i++) label[i] = rand() % n;
    memset(y, 0, bytes);
    for (int isa = 0; isa < 2; isa++) {
      if (only_isa && strcmp(only_isa, isa == 0 ? "avx512" : "avx2")) continue;
      if (isa == 0 ? !__builtin_cpu_supports("avx512dq") : !__builtin_cpu_supports("avx2")) continue;
      for (int op = 0; op < OPS; op++) {
        if (only_op && strcmp(only_op, op_name[op])) continue;
        double v[15], t0 = now();
        long it = 0;
        while (now() - t0 < 2e8) { sink = isa == 0 ? run512(op, x, label, y, rows, n) : run256(op, x, label, y, rows, n); it++; }
        long reps = it / 10 + 1;
        for (int k = 0; k < 15; k++) {
          double t = now();
          for (long q = 0; q < reps; q++) sink = isa == 0 ? run512(op, x, label, y, rows, n) : run256(op, x, label, y, rows, n);
          v[k] = (now() - t) / reps / ((double)rows * n);
        }
        qsort(v, 15, sizeof *v, cmp);
        printf("%s\t%s\t%ld\t%ld\t%.4f\t%.4f\n", isa == 0 ? "avx512" : "avx2", op_name[op], rows, n, v[7], v[0]);
        fflush(stdout);
      }
    }
    free(x); free(y); free(label);
  }
  return 0;
}

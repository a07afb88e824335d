package io.github.softmax4j.benchmarks;

import java.util.Map;

/**
 * One line that a {@link CeilingProgram} prints: how fast native code does what a case does.
 *
 * @param median nanoseconds per element
 * @param best nanoseconds per element
 */
record CeilingLine(Case benchmarkCase, double median, double best) {

  static final String HEADER = "isa\top\trows\tclasses\tmedian_ns_per_el\tbest_ns_per_el";

  static final int FIELDS = HEADER.split("\t").length;

  private static final Map<String, Variant> VARIANTS =
      Map.of("avx2", Variant.AVX2, "avx512", Variant.AVX512);

  private static final Map<String, Operation> OPERATIONS =
      Map.of(
          "softmax", Operation.SOFTMAX,
          "log_softmax", Operation.LOG_SOFTMAX,
          "loss", Operation.LOSS,
          "loss_grad", Operation.LOSS_AND_GRADIENT);

  /**
   * @throws IllegalArgumentException if it is no such line, saying why
   */
  static CeilingLine parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException(fields.length + " fields instead of " + FIELDS);
    }
    Case benchmarkCase =
        new Case(
            known(OPERATIONS, fields[1]),
            new Shape(Integer.parseInt(fields[2]), Integer.parseInt(fields[3])),
            known(VARIANTS, fields[0]));
    return new CeilingLine(benchmarkCase, time(fields[4]), time(fields[5]));
  }

  private static <T> T known(Map<String, T> names, String name) {
    T meaning = names.get(name);
    if (meaning == null) {
      throw new IllegalArgumentException("\"" + name + "\" is none of " + names.keySet());
    }
    return meaning;
  }

  private static double time(String text) {
    double nanos = Double.parseDouble(text);
    if (!(nanos > 0 && nanos < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(text + " is no time");
    }
    return nanos;
  }
}

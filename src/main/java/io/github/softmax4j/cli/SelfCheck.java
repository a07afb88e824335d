package io.github.softmax4j.cli;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.select.Kernels;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What {@code java -jar} runs: tells which path this JVM uses and on what, checks that path against
 * the scalar one, and gives a first idea of its speed.
 */
public final class SelfCheck {

  static final int SOUND = 0;
  static final int FAILED = 1;
  static final int BAD_ARGUMENT = 2;

  private static final double SECONDS_PER_OPERATION = 1.5;

  private static final String USAGE =
      """
      usage: java @jvm.config -jar softmax4j.jar [--no-throughput] [--help]

        Shows which path softmax4j uses in this JVM and why, compares the operations on logits and
        the linear layer with the scalar path, shows a worked example and measures the throughput.

        --no-throughput  leaves the measurement out
        -h, --help       shows this

      Exit code: 0 if all is well, 1 if a check failed, 2 for an unknown argument.
      """;

  private final Kernel kernel;
  private final PrintStream out;

  private SelfCheck(Kernel kernel, PrintStream out) {
    this.kernel = kernel;
    this.out = out;
  }

  /**
   * Runs the check and ends the JVM with its exit code.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(List.of(args), () -> Kernels.ACTIVE, System.out, System.err));
  }

  /** The whole program but for the end of the JVM; the kernel is asked for only if needed. */
  static int run(List<String> args, Supplier<Kernel> kernel, PrintStream out, PrintStream err) {
    boolean throughput = true;
    for (String arg : args) {
      switch (arg) {
        case "-h", "--help" -> {
          out.print(USAGE);
          return SOUND;
        }
        case "--no-throughput" -> throughput = false;
        default -> {
          err.println("unknown argument: " + arg);
          err.print(USAGE);
          return BAD_ARGUMENT;
        }
      }
    }
    return new SelfCheck(kernel.get(), out).report(throughput) ? SOUND : FAILED;
  }

  private boolean report(boolean throughput) {
    printMachine();
    boolean sound = checkAgreement() & checkExample(); // both, so that both are shown
    if (throughput) {
      printThroughput();
    }
    out.println();
    out.println(sound ? "self-check: ok" : "self-check: FAILED");
    return sound;
  }

  private void printMachine() {
    ActivePath path = ActivePath.get();
    String version = SelfCheck.class.getPackage().getImplementationVersion();
    out.println(version == null ? "softmax4j" : "softmax4j " + version);
    line("path", path.kind());
    line("lane width", path.vectorBits() + " bits, floats at a time: " + path.lanes());
    line("why", path.reason());
    line("CPU", Machine.cpu());
    line("JDK", Machine.jdk());
    line("VM", Machine.virtualMachine());
  }

  private void line(String name, Object value) {
    out.printf("  %-11s %s%n", name, value);
  }

  private boolean checkAgreement() {
    List<Integer> counts = Agreement.CLASS_COUNTS;
    heading(
        "Agreement with the scalar path: %d class counts from %d to %d, NaN and infinities too,"
            + " tolerance %.0e",
        counts.size(), counts.get(0), counts.get(counts.size() - 1), Agreement.TOLERANCE);
    if (kernel.lanes() == 1) {
      out.println("  (the scalar path is the active one: here it is compared with itself)");
    }
    boolean sound = true;
    for (Agreement agreement : Agreement.check(kernel, Kernels.scalar(), counts)) {
      printAgreement(agreement);
      sound &= agreement.holds();
    }
    LinearAgreement linear = LinearAgreement.check(kernel, Kernels.scalar());
    out.printf(
        "  %-26s %-7s %d values, the same bits%s%n",
        "linear layer",
        verdict(linear.holds()),
        linear.values(),
        linear.holds() ? "" : " until " + linear.firstDifference());
    return sound & linear.holds();
  }

  private void printAgreement(Agreement agreement) {
    out.printf(
        Locale.ROOT,
        "  %-26s %-7s %d rows, worst error %.1e%s%n",
        agreement.operation(),
        verdict(agreement.holds()),
        agreement.rows(),
        agreement.worst(),
        agreement.holds() ? "" : " (" + agreement.worstPlace() + ")");
  }

  private boolean checkExample() {
    WorkedExample example = new WorkedExample(kernel);
    heading("Worked example: %s", verdict(example.holds()));
    out.print(example.text());
    return example.holds();
  }

  private void printThroughput() {
    heading(
        "Throughput, one thread, %d x %d, %.1f s per operation",
        Throughput.ROWS, Throughput.CLASSES, SECONDS_PER_OPERATION);
    Throughput throughput = new Throughput(kernel, SECONDS_PER_OPERATION);
    for (Operation operation : Operation.values()) {
      double nanos = throughput.nanosPerElement(operation);
      out.printf(
          Locale.ROOT,
          "  %-26s %7.3f ns per element, %7.3f million rows/s%n",
          operation,
          nanos,
          1e3 / (nanos * Throughput.CLASSES));
    }
  }

  private void heading(String format, Object... values) {
    out.println();
    out.printf(Locale.ROOT, format + "%n", values);
  }

  private static String verdict(boolean holds) {
    return holds ? "ok" : "FAILED";
  }
}

package io.github.softmax4j.build;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build step makes of small classes, and that they do the same as before. */
@Tag("slow")
class BuildStepTest {

  @TempDir private Path folder;

  private Object run(String method, Object... arguments) throws Exception {
    return Compiled.call(folder, "p.User", method, arguments);
  }

  private List<String> build(String user, String... members) throws IOException {
    Compiled.compile(folder, "User", user);
    Compiled.compile(folder, "Helper", String.join("\n", members));
    return BuildStep.run(folder);
  }

  private long callsLeft() throws IOException {
    return ClassFile.of().parse(folder.resolve("p/User.class")).methods().stream()
        .flatMap(m -> m.code().stream())
        .flatMap(CodeModel::elementStream)
        .filter(BuildStepTest::callsHelper)
        .count();
  }

  private static boolean callsHelper(CodeElement element) {
    return element instanceof InvokeInstruction call
        && call.owner().asInternalName().equals("p/Helper");
  }

  private void assertClean(List<String> problems) throws IOException {
    assertEquals(List.of(), problems);
    assertEquals(0, callsLeft());
  }

  @Test
  void replacesCallsWithinCalls() throws Exception {
    assertClean(
        build(
            "static int f(int x) { return 1 + Helper.outer(x, 2) * Helper.outer(3, x); }",
            "@Inline static int outer(int a, int b) { int c = inner(a); return c - inner(b); }",
            "@Inline static int inner(int a) { int twice = a + a; return twice + 1; }"));
    assertEquals(1 + (2 * 5 - 4) * (6 - 10), run("f", 5));
  }

  @Test
  void keepsBranchesAndLoops() throws Exception {
    assertClean(
        build(
            "static int f(int n) { return 7 - Helper.sum(n); }",
            """
            @Inline static int sum(int n) {
              int sum = 0;
              for (int i = 0; i < n; i++) {
                if (i % 3 == 0) { continue; }
                sum += i;
              }
              return sum;
            }\
            """));
    assertEquals(7 - (1 + 2 + 4 + 5), run("f", 6));
  }

  @Test
  void takesSeveralReturns() throws Exception {
    assertClean(
        build(
            "static String f(int n) { return Helper.size(n).concat(Helper.size(n + 5)); }",
            """
            @Inline static String size(int n) {
              if (n < 0) { return "negative "; }
              switch (n) {
                case 0: return "none ";
                case 1, 2: return "few ";
                case 1000: return "many ";
                default: return "some ";
              }
            }\
            """));
    assertEquals("none some ", run("f", 0));
    assertEquals("negative few ", run("f", -3));
    assertEquals("many some ", run("f", 1000));
  }

  @Test
  void countsTwoSlotsOfLongsAndDoubles() throws Exception {
    assertClean(
        build(
            """
            static double f(long a, double b) {
              long c = a + 1;
              double d = Helper.mix(c, b, 3, a, 0.5f);
              return d + c;
            }\
            """,
            """
            @Inline static double mix(long a, double b, int c, long d, float e) {
              long product = a * c;
              double quotient = b / d;
              c += 2;
              return product + quotient * c + e;
            }\
            """));
    assertEquals(18 + 1.0 / 5 * 5 + 0.5 + 6, run("f", 5L, 1.0));
  }

  @Test
  void takesFlagsAndMethodsWithoutResult() throws Exception {
    assertClean(
        build(
            """
            static int[] f() {
              int[] found = {0, 0};
              Helper.add(found, 5, true);
              Helper.add(found, 7, false);
              return found;
            }\
            """,
            """
            @Inline static void add(int[] to, int value, boolean twice) {
              if (value < 6) { to[0] += value; return; }
              to[1] += value;
              if (twice) { to[1] += value; }
            }\
            """));
    assertArrayEquals(new int[] {5, 7}, (int[]) run("f"));
  }

  @Test
  void leavesOutWhatFlagsRuleOut() throws Exception {
    assertClean(
        build(
            "static int f(int x) { return Helper.add(x, true, false) + Helper.add(x, false, true);"
                + " }",
            """
            @Inline static int add(int x, boolean twice, boolean fails) {
              if (twice) { x += once(x, fails); }
              while (fails && x > 100) { x = Integer.parseInt("none"); }
              return twice ? x : x + 1;
            }
            @Inline static int once(int x, boolean fails) {
              if (fails) { throw new IllegalStateException(); }
              return x;
            }\
            """));
    assertEquals(14 + 8, run("f", 7));
    assertEquals(1, mentions("java/lang/Integer"));
    assertEquals(0, mentions("java/lang/IllegalStateException"));
  }

  private long mentions(String owner) throws IOException {
    return ClassFile.of().parse(folder.resolve("p/User.class")).methods().stream()
        .flatMap(m -> m.code().stream())
        .flatMap(CodeModel::elementStream)
        .filter(e -> e instanceof InvokeInstruction c && c.owner().asInternalName().equals(owner))
        .count();
  }

  @Test
  void runsConstantsOnceAtTheStart() throws Exception {
    assertClean(
        build(
            """
            static long f(int n) {
              long sum = 0;
              do {
                sum += Helper.constant(2, 1) * n + Helper.outer(n) + Helper.constant(2, 1);
              } while (--n > 0);
              return sum + Helper.calls;
            }\
            """,
            """
            static int calls;
            @Inline static long outer(int x) { return x + constant(3, 0); }
            @Inline(once = true) static long constant(int a, int b) {
              calls++;
              return 10L * a + b;
            }\
            """));
    assertEquals(21 * 3 + 3 + 30 + 21 + 21 * 2 + 2 + 30 + 21 + 21 + 1 + 30 + 21 + 2L, run("f", 3));
  }

  @Test
  void refusesToRunOnceWhatChanges() throws Exception {
    List<String> problems =
        build(
            "static int f(int x) { return Helper.constant(x); }",
            "@Inline(once = true) static int constant(int a) { return a; }");
    assertEquals(
        List.of("p.User.f(User.java:6): a call of the @Inline method constant is left"), problems);
  }

  @Test
  void changesNothingTheSecondTime() throws Exception {
    build(
        "static int f(int x) { return Helper.twice(x); }",
        "@Inline static int twice(int a) { return a + a; }");
    byte[] first = Files.readAllBytes(folder.resolve("p/User.class"));
    assertEquals(List.of(), BuildStep.run(folder));
    assertArrayEquals(first, Files.readAllBytes(folder.resolve("p/User.class")));
  }

  @Test
  void pointsStackTracesIntoTheRightFile() throws Exception {
    assertClean(
        build(
            """
            static int f(int x) {
              int first = Helper.by(x + 1);
              return first + Helper.by(x);
            }

            @Inline static int own(int x) {
              return 1 / x;
            }

            static int g(int x) {
              int first = own(x + 1);
              return first + own(x) + 1 / (x - x);
            }\
            """,
            "",
            "@Inline static int by(int x) {",
            "  int one = 1;",
            "  return one / x;",
            "}"));
    assertEquals(line("User.java", "int first = Helper.by"), Compiled.failure(folder, "f", -1));
    assertEquals(line("User.java", "return first + Helper"), Compiled.failure(folder, "f", 0));
    assertEquals(line("User.java", "return 1 / x"), Compiled.failure(folder, "g", 0));
    assertEquals(line("User.java", "return first + own"), Compiled.failure(folder, "g", 2));
  }

  private String line(String file, String text) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("p").resolve(file));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(text)) {
        return file + ":" + (i + 1);
      }
    }
    throw new AssertionError("no line has " + text);
  }

  @Test
  void refusesWhatItCannotReplace() throws Exception {
    List<String> problems =
        build(
            "static int f(int x) { return Helper.again(x) + Helper.hidden(x); }",
            "@Inline static int again(int a) { return a == 0 ? 0 : again(a - 1); }",
            "@Inline static int hidden(int a) { return secret(a); }",
            "private static int secret(int a) { return a; }");
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).startsWith("p.Helper.again(Helper.java:"), problems.get(0));
    assertTrue(problems.get(0).contains("calls itself"), problems.get(0));
  }

  @Test
  void refusesWhatTheCallerMayNotUse() throws Exception {
    List<String> problems =
        build(
            "static int f(int x) { return Helper.hidden(x); }",
            "@Inline static int hidden(int a) { return secret(a); }",
            "private static int secret(int a) { return a; }");
    assertEquals(
        List.of(
            "p.Helper.hidden(Helper.java:6): @Inline code uses Helper.secret, which User may not"),
        problems);
  }

  private List<String> methods() throws IOException {
    return ClassFile.of().parse(folder.resolve("p/User.class")).methods().stream()
        .map(m -> m.methodName().stringValue())
        .filter(name -> !name.equals("<init>"))
        .sorted()
        .toList();
  }

  @Test
  void makesAVariantForEachCombinationOfFlags() throws Exception {
    assertClean(
        build(
            """
            @Specialize static int f(int x, boolean twice, boolean minus) {
              int result = twice ? 2 * x : x;
              if (minus) { return Math.negateExact(result); }
              return result;
            }\
            """));
    assertEquals(List.of("f", "f$minus", "f$none", "f$twice", "f$twice$minus"), methods());
    assertEquals(2, mentions("java/lang/Math"));
    assertEquals(7, run("f", 7, false, false));
    assertEquals(14, run("f", 7, true, false));
    assertEquals(-7, run("f", 7, false, true));
    assertEquals(-14, run("f", 7, true, true));
    assertEquals(-7, run("f$minus", 7));
  }

  @Test
  void foldsFlagsThatAVariantPassesOn() throws Exception {
    assertClean(
        build(
            """
            @Specialize static int f(int x, boolean fails) {
              for (int i = 0; i < 3; i++) { x += Helper.outer(x, fails); }
              return x;
            }
            static int g(int x) { return Helper.again(x); }\
            """,
            "@Inline static int outer(int x, boolean fails) { return inner(x, 1, fails); }",
            """
            @Inline static int inner(int x, int by, boolean fails) {
              if (fails) { throw new IllegalStateException("x"); }
              return x + by;
            }
            @Inline static int again(int x) { return User.f(x, false); }\
            """));
    assertEquals(15, run("f", 1, false));
    assertEquals(15, run("g", 1));
    assertEquals(1, mentions("java/lang/IllegalStateException"));
    assertThrows(InvocationTargetException.class, () -> run("f", 1, true));
  }

  @Test
  void foldsExpressionsOfFlags() throws Exception {
    assertClean(
        build(
            """
            @Specialize static int f(int x, boolean a, boolean b) {
              int own = Helper.outer(x, a && !b, !(a || b));
              return a != b ? own + 1000 : own;
            }\
            """,
            """
            @Inline static int outer(int x, boolean first, boolean second) {
              return inner(x, first || second, !first) + (first ? 10 : 0) + (second ? 20 : 0);
            }
            @Inline static int inner(int x, boolean any, boolean parses) {
              if (any && parses) { return Integer.parseInt("100"); }
              return any ? x : 2 * x;
            }\
            """));
    assertEquals(1, mentions("java/lang/Integer"));
    assertEquals(100 + 20, run("f", 3, false, false));
    assertEquals(3 + 10 + 1000, run("f", 3, true, false));
    assertEquals(6 + 1000, run("f", 3, false, true));
    assertEquals(6, run("f", 3, true, true));
  }

  @Test
  void takesLongsAndDoublesBeforeFlags() throws Exception {
    assertClean(
        build(
            """
            @Specialize
            static double f(long a, double b, boolean kept, float c, boolean adds, boolean halves) {
              double d = adds ? a + b : a * b;
              long e = halves ? a / 2 : a;
              return kept ? d + e + c : d;
            }\
            """));
    assertEquals(5, methods().size());
    assertEquals(9 + 3 + .5, run("f", 6L, 3.0, true, .5f, true, true));
    assertEquals(18 + 6 + .5, run("f", 6L, 3.0, true, .5f, false, false));
    assertEquals(18.0, run("f", 6L, 3.0, false, .5f, false, true));
  }

  @Test
  void specializesInstanceMethods() throws Exception {
    assertClean(
        build(
            """
            private int field = 5;
            static String f(int x) { return new User().g(x, true) + new User().g(x, false); }
            @Specialize String g(int x, boolean adds) {
              field += adds ? x : -x;
              return field + ";";
            }\
            """));
    assertEquals("7;3;", run("f", 2));
  }

  @Test
  void keepsHandlersOfWhatAVariantHas() throws Exception {
    assertClean(
        build(
            """
            @Specialize static int f(String x, boolean parses, boolean always) {
              int result = 0;
              try {
                if (parses) { result = Integer.parseInt(x); }
              } catch (NumberFormatException e) {
                return -1;
              } finally {
                if (always) { result += 10; calls++; }
              }
              Runnable increment = () -> calls += always ? 100 : 0;
              increment.run();
              return result + calls;
            }
            static int calls;\
            """));
    assertEquals(7, run("f", "7", true, false));
    assertEquals(-1, run("f", "none", true, false));
    assertEquals(-1, run("f", "none", true, true));
    assertEquals(0, run("f", "none", false, false));
    assertEquals(10 + 101, run("f", "none", false, true));
  }

  @Test
  void specializesOnce() throws Exception {
    assertClean(
        build(
            "@Specialize static int f(int x, boolean a) { return a ? x : Helper.twice(x, a); }",
            "@Inline static int twice(int x, boolean a) { return a ? x : x + x; }"));
    byte[] first = Files.readAllBytes(folder.resolve("p/User.class"));
    assertEquals(List.of(), BuildStep.run(folder));
    assertArrayEquals(first, Files.readAllBytes(folder.resolve("p/User.class")));
    assertEquals(6, run("f", 3, false));
  }

  @Test
  void pointsStackTracesOfVariantsIntoTheSource() throws Exception {
    assertClean(
        build(
            """
            static int f(int x) {
              return g(x, x > 0);
            }

            @Specialize static int g(int x, boolean larger) {
              if (larger) {
                return 1 / (x - 1);
              }
              return 2 / x;
            }\
            """));
    assertEquals(line("User.java", "return 1 /"), Compiled.failure(folder, "f", 1));
    assertEquals(line("User.java", "return 2 /"), Compiled.failure(folder, "f", 0));
  }

  @Test
  void refusesWhatItCannotSpecialize() throws Exception {
    assertRefused("method cannot be @Inline as well", "@Inline", "boolean a", "return 1;");
    assertRefused("method assigns its flag b", "", "boolean a, boolean b", "b = a; return 1;");
    assertRefused("is for methods whose last parameter is a boolean", "", "int a", "return 1;");
    assertRefused("makes two methods of one name and type", "", "boolean none", "return 1;");
    assertRefused(
        "takes at most 4 flags, not 5",
        "",
        "boolean a, boolean b, boolean c, boolean d, boolean e",
        "return 1;");
  }

  private void assertRefused(String what, String mark, String parameters, String body)
      throws IOException {
    assertEquals(
        List.of("p.User.f(User.java:6): @Specialize " + what),
        build("@Specialize %s static int f(%s) { %s }".formatted(mark, parameters, body)));
  }
}

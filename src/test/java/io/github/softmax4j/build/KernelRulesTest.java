package io.github.softmax4j.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build refuses, and that it names the line. */
@Tag("slow")
class KernelRulesTest {

  private static final String SPECIES =
      "static final VectorSpecies<Float> S = FloatVector.SPECIES_128;\n";

  @TempDir private Path folder;

  private List<String> problems(String members) throws IOException {
    Compiled.compile(folder, "User", SPECIES + members);
    Compiled.compile(
        folder,
        "Helper",
        "static FloatVector twice(FloatVector v) { return v.add(v); }\n"
            + "@Inline static FloatVector half(FloatVector v) { return v.mul(.5f); }");
    return BuildStep.run(folder);
  }

  private static void assertOnly(String where, String what, List<String> problems) {
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).startsWith("p.User." + where + ": "), problems.get(0));
    assertTrue(problems.get(0).contains(what), problems.get(0));
  }

  @Test
  void takesALoopWhoseVectorsAreItsOwn() throws Exception {
    assertEquals(
        List.of(),
        problems(
            """
            static void f(float[] x, float by) {
              FloatVector sum = FloatVector.zero(S);
              FloatVector factor = FloatVector.broadcast(S, by);
              for (int i = 0; i < x.length; i += 4) {
                FloatVector v = FloatVector.fromArray(S, x, i);
                if (by > 0) { v = v.mul(factor); }
                sum = Helper.half(v).add(sum);
              }
              FloatVector.zero(S).add(sum).intoArray(x, 0);
            }\
            """));
  }

  @Test
  void refusesACallWithAVector() throws Exception {
    assertOnly(
        "f(User.java:8)",
        "the call of twice takes or gives a vector",
        problems(
            """
            static void f(float[] x) {
              Helper.twice(FloatVector.fromArray(S, x, 0)).intoArray(x, 0);
            }\
            """));
  }

  @Test
  void refusesAReceiverThatALoopCarries() throws Exception {
    assertOnly(
        "f(User.java:10)",
        "the receiver of add is carried by the loop at line 9",
        problems(
            """
            static void f(float[] x) {
              FloatVector sum = FloatVector.zero(S);
              for (int i = 0; i < x.length; i += 4) {
                sum = sum.add(FloatVector.fromArray(S, x, i));
              }
              FloatVector.zero(S).add(sum).intoArray(x, 0);
            }\
            """));
  }

  @Test
  void refusesItBehindTheLoopToo() throws Exception {
    assertOnly(
        "f(User.java:12)",
        "the receiver of intoArray is carried by the loop at line 9",
        problems(
            """
            static void f(float[] x) {
              FloatVector sum = FloatVector.zero(S);
              for (int i = 0; i < x.length; i += 4) {
                sum = FloatVector.fromArray(S, x, i).add(sum);
              }
              sum.intoArray(x, 0);
            }\
            """));
  }

  @Test
  void refusesAReceiverFromBeforeALoop() throws Exception {
    assertOnly(
        "f(User.java:10)",
        "the receiver of sub comes from before the loop, from line 8",
        problems(
            """
            static void f(float[] x) {
              FloatVector top = FloatVector.broadcast(S, x[0]);
              for (int i = 0; i < x.length; i += 4) {
                top.sub(FloatVector.fromArray(S, x, i)).intoArray(x, i);
              }
            }\
            """));
  }

  @Test
  void looksThroughInlinedCalls() throws Exception {
    assertOnly(
        "f(User.java:10)",
        "the receiver of mul comes from before the loop, from line 8",
        problems(
            """
            static void f(float[] x) {
              FloatVector top = FloatVector.broadcast(S, x[0]);
              for (int i = 0; i < x.length; i += 4) {
                Helper.half(top).intoArray(x, i);
              }
            }\
            """));
  }

  @Test
  void refusesAVectorInAField() throws Exception {
    assertOnly(
        "f(User.java:9)",
        "the field kept receives a vector",
        problems(
            """
            static FloatVector kept;
            static void f(float[] x) {
              kept = FloatVector.fromArray(S, x, 0);
            }\
            """));
  }

  @Test
  void refusesAHugeMethod() throws Exception {
    String many = "x[0] += x[1] * x[2] + x[3];\n".repeat(500);
    assertOnly(
        "f(User.java:7)", "bytes of code", problems("static void f(float[] x) {" + many + "}"));
  }

  @Test
  void namesTheMethodOfAVariant() throws Exception {
    assertOnly(
        "f(User.java:10)",
        "the receiver of sub comes from before the loop, from line 8",
        problems(
            """
            @Specialize static void f(float[] x, boolean stores) {
              FloatVector top = FloatVector.broadcast(S, x[0]);
              for (int i = 0; stores && i < x.length; i += 4) {
                top.sub(FloatVector.fromArray(S, x, i)).intoArray(x, i);
              }
            }\
            """));
  }
}

package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An operation that ends with a StackOverflowError leaves nothing behind, even if it is the first
 * of its JVM: neither a class that is unusable nor an option of the call.
 */
@DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
@DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
@Tag("slow")
class StackEndTest {

  @ParameterizedTest
  @EnumSource
  void laterCallsAreRight(StackProbe.Operation first) throws Exception {
    boolean hasVectors = ActivePath.get().kind() == ActivePath.Kind.VECTOR;
    String path = hasVectors ? Jvm.VECTOR_MODULE : "-Dsoftmax4j.path=scalar";
    Jvm.Result result = Jvm.runMain(StackProbe.class, first.name(), path, "-Xss512k");
    assertEquals(0, result.exit(), result::err);
    String expected =
        Arrays.stream(StackProbe.Operation.values())
            .map(operation -> operation + " " + operation.run())
            .collect(Collectors.joining("\n"));
    assertEquals(expected, result.out().strip());
  }
}

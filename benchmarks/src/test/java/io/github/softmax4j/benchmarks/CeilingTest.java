package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CeilingTest {

  private static final Case SOFTMAX = new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.AVX512);

  @TempDir private Path directory;

  @Test
  void theTimesRightBeforeAndRightAfterAResult() throws IOException {
    for (int casesBefore : new int[] {0, 2, 4, 6}) {
      // the program prints all operations each time, and two shapes may meet
      append(casesBefore, "avx512\tsoftmax\t2\t50\t0.%d\t0.1".formatted(casesBefore + 1));
      append(casesBefore, "avx2\tsoftmax\t2\t50\t9\t9", "avx512\tsoftmax\t3\t50\t9\t9");
    }
    Ceiling ceiling = Ceiling.read(directory);
    assertArrayEquals(new double[] {0.1, 0.3}, ceiling.nanosPerElementAround(0, SOFTMAX));
    assertArrayEquals(new double[] {0.1, 0.3}, ceiling.nanosPerElementAround(1, SOFTMAX));
    assertArrayEquals(new double[] {0.3, 0.5}, ceiling.nanosPerElementAround(2, SOFTMAX));
    assertArrayEquals(new double[] {0.5, 0.7}, ceiling.nanosPerElementAround(5, SOFTMAX));
    assertArrayEquals(new double[] {0.1, 0.3, 0.5, 0.7}, ceiling.nanosPerElement(SOFTMAX));
  }

  @Test
  void theTimeBeforeAloneWhereTheRunWasBrokenOff() throws IOException {
    append(0, "avx512\tsoftmax\t2\t50\t0.1\t0.1");
    append(2, "avx512\tsoftmax\t2\t50\t0.3\t0.1");
    Ceiling ceiling = Ceiling.read(directory);
    assertArrayEquals(new double[] {0.3}, ceiling.nanosPerElementAround(2, SOFTMAX));
  }

  @Test
  void allTimesOfAFileThatDoesNotSayWhen() throws IOException {
    write(
        CeilingLine.HEADER, "avx512\tsoftmax\t2\t50\t0.1\t0.1", "avx512\tsoftmax\t2\t50\t0.2\t0.1");
    Ceiling ceiling = Ceiling.read(directory);
    assertArrayEquals(new double[] {0.1, 0.2}, ceiling.nanosPerElementAround(5, SOFTMAX));
    assertArrayEquals(new double[] {0.1, 0.2}, ceiling.nanosPerElement(SOFTMAX));
  }

  @Test
  void noFileIsNoCeiling() throws IOException {
    assertEquals(new Ceiling(List.of()), Ceiling.read(directory));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oops",
        "avx2\tsoftmax\t2\t3\t0.5\t0.4\t",
        "avx2\tsoftmax\t2\t3\t0.5\t0.4\tlate",
        "avx2\tsoftmax\t2\t3\t0.5\t0.4\t1\t1"
      })
  void refusesWhatIsNoSuchFile(String line) throws IOException {
    write(CeilingEntry.HEADER, line);
    assertThrows(IOException.class, () -> Ceiling.read(directory));
  }

  private void append(int casesBefore, String... lines) throws IOException {
    Ceiling.append(directory, casesBefore, List.of(lines));
  }

  private void write(String... lines) throws IOException {
    Files.write(directory.resolve("ceiling.tsv"), List.of(lines));
  }
}

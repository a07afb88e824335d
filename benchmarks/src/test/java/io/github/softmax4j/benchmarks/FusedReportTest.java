package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FusedReportTest {

  private static final String SHAPE = "500x100x1000";

  @TempDir private Path directory;

  private final LinearResults results = LinearResults.started(List.of(PairedWidth.AVX2), "a test");

  @BeforeEach
  void addFigures() {
    add("unfused", "64 MB", 3e6, 2.4e6);
    add("PyTorch", "64 MB", 3e6, 6e6);
    add("unfused", "4 MB", 6e6, 3e6);
    results
        .memory()
        .add(
            new MemoryRun(SHAPE, "unfused", 512, 3 << 20, 400 << 20, 2 << 20, 792, 3_000_000_000L));
  }

  @Test
  void eachBudgetHasARowAndEachPeerAColumn() throws IOException {
    String page = page();
    String row = "| 500x100x1000 |  64 MB |     3.00 |           100 |       2.40 | 0.800";
    assertTrue(page.contains(row), page);
    assertTrue(page.contains("6.00 | 2.00 (2.00..2.00) |"), page);
    assertTrue(page.contains("| 500x100x1000 |   4 MB |     6.00 |          50.0 |"), page);
  }

  @Test
  void memoryIsInMegabytesBesideThatOfTheLogits() throws IOException {
    String row = page().lines().filter(line -> line.contains(" 792 ")).findFirst().orElseThrow();
    assertEquals("|500x100x1000|unfused|3.00|2.00|792|400|512|1.91|3.00|", row.replace(" ", ""));
  }

  @Test
  void thereIsAChart() throws IOException {
    assertTrue(page().contains("![fused-memory.svg](fused-memory.svg)"));
    assertTrue(Files.readString(directory.resolve("fused-memory.svg")).contains("<svg"));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = directory.resolve(FusedReport.FIGURES);
    results.write(file);
    assertTrue(LinearResults.canRead(file));
    assertEquals(results.memory(), LinearResults.read(file).memory());
    assertEquals(3, LinearResults.read(file).cells().size());
  }

  private String page() throws IOException {
    FusedReport.write(results, directory, new PrintStream(OutputStream.nullOutputStream()));
    return Files.readString(directory.resolve("fused.md"));
  }

  private void add(String peer, String budget, double ours, double theirs) {
    PeerCell cell =
        new PeerCell(
            peer,
            budget,
            FusedJvm.OPERATION,
            SHAPE,
            PeerSetting.NATIVE,
            1,
            0,
            0,
            1,
            1,
            new double[] {ours},
            new double[] {theirs});
    results.widths().get("avx2").add(PeerMessage.of(cell));
  }
}

package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PairedCellTest {

  @Test
  void namesTellCellsApart() {
    List<String> names = PairedCell.all().stream().map(PairedCell::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
    for (PairedCell cell : PairedCell.all()) {
      assertEquals(cell, PairedCell.ofName(cell.name()));
    }
    assertThrows(IllegalArgumentException.class, () -> PairedCell.ofName("nothing"));
  }

  @Test
  void filtersFindAPartOfTheName() {
    List<PairedCell> some = PairedCell.matching(Pattern.compile("x1000$"));
    assertFalse(some.isEmpty());
    assertTrue(some.stream().allMatch(cell -> cell.shape().classes() == 1000));
    assertEquals(PairedCell.all(), PairedCell.matching(Pattern.compile("")));
  }

  /** On small arrays: a driver against itself, with results that are numbers. */
  @Test
  void everyCellHasACall() throws Exception {
    PairedDriver driver = new FlatDriver();
    for (PairedCell cell : PairedCell.all()) {
      Shape small = cell.shape().isContiguous() ? new Shape(4, 5) : new Shape(2, 5, 3);
      PairedArrays arrays = PairedArrays.of(small);
      PairedCalls calls =
          PairedCalls.of(new PairedCell(cell.operation(), small), arrays, driver, driver);
      assertEquals("", calls.problem(), cell::name);
      assertTrue(calls.sameBits(), cell::name);
      assertFalse(Double.isNaN(calls.tree().run()), cell::name);
    }
  }

  @Test
  void widthsHaveNames() {
    assertEquals(PairedWidth.BITS_128, PairedWidth.parse("128"));
    assertEquals(PairedWidth.AVX2, PairedWidth.parse("AVX2"));
    assertThrows(IllegalArgumentException.class, () -> PairedWidth.parse("avx3"));
  }
}

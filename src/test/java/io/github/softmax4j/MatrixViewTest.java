package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Where a view's elements lie, what it refuses, and when two views share an element. */
class MatrixViewTest {

  private static final float[] ARRAY = new float[20];
  private static final Class<NullPointerException> NULL = NullPointerException.class;
  private static final Class<IllegalArgumentException> BAD = IllegalArgumentException.class;
  private static final Class<IndexOutOfBoundsException> SHORT = IndexOutOfBoundsException.class;

  @Test
  void contiguous() {
    assertPlace(MatrixView.of(ARRAY, 4, 5), 0, 5, 4, 5);
  }

  @Test
  void anywhere() {
    assertPlace(MatrixView.of(ARRAY, 2, 7, 3, 4), 2, 7, 3, 4);
  }

  @Test
  void oneRow() {
    assertPlace(MatrixView.ofRow(ARRAY), 0, 20, 1, 20);
  }

  /** The gap behind the last row need not be there. */
  @Test
  void lastRowEndsTheArray() {
    assertPlace(MatrixView.of(ARRAY, 3, 7, 3, 3), 3, 7, 3, 3);
  }

  @Test
  void noRows() {
    assertPlace(MatrixView.of(ARRAY, 0, 5), 0, 5, 0, 5);
    assertPlace(MatrixView.of(new float[0], 0, 5), new float[0], 0, 5, 0, 5);
    assertPlace(MatrixView.of(ARRAY, 20, Integer.MAX_VALUE, 0, 9), 20, Integer.MAX_VALUE, 0, 9);
  }

  @Test
  void slices() {
    MatrixView whole = MatrixView.of(ARRAY, 2, 7, 3, 4);
    assertPlace(whole.slice(0, 3), 2, 7, 3, 4);
    assertPlace(whole.slice(1, 2), 9, 7, 2, 4);
    assertPlace(whole.slice(2, 1), 16, 7, 1, 4);
    assertPlace(whole.slice(1, 2).slice(1, 1), 16, 7, 1, 4);
    assertEquals(0, whole.slice(3, 0).rows());
    assertEquals(4, whole.slice(0, 0).columns());
  }

  private static void assertPlace(MatrixView view, int offset, int stride, int rows, int columns) {
    assertSame(ARRAY, view.array());
    assertPlace(view, ARRAY, offset, stride, rows, columns);
  }

  private static void assertPlace(
      MatrixView view, float[] array, int offset, int stride, int rows, int columns) {
    assertEquals(array.length, view.array().length);
    assertEquals(offset, view.offset());
    assertEquals(stride, view.stride());
    assertEquals(rows, view.rows());
    assertEquals(columns, view.columns());
    assertEquals(
        "%d x %d at offset %d, stride %d".formatted(rows, columns, offset, stride),
        view.toString());
  }

  @TestFactory
  Stream<DynamicTest> refusals() {
    int max = Integer.MAX_VALUE;
    int min = Integer.MIN_VALUE;
    return Stream.of(
        refusal(() -> MatrixView.of(null, 4, 5), NULL, "array"),
        refusal(() -> MatrixView.of(null, 0, 5, 4, 5), NULL, "array"),
        refusal(() -> MatrixView.ofRow(null), NULL, "array"),
        refusal(
            () -> MatrixView.ofRow(new float[0]), BAD, "array: columns must be at least 1, is 0"),
        refusal(() -> MatrixView.of(ARRAY, -1, 5), BAD, "array: rows must not be negative, is -1"),
        refusal(
            () -> MatrixView.of(ARRAY, min, 5),
            BAD,
            "array: rows must not be negative, is -2147483648"),
        refusal(() -> MatrixView.of(ARRAY, 4, 0), BAD, "array: columns must be at least 1, is 0"),
        refusal(() -> MatrixView.of(ARRAY, 0, 0), BAD, "array: columns must be at least 1, is 0"),
        refusal(() -> MatrixView.of(ARRAY, 4, -3), BAD, "array: columns must be at least 1, is -3"),
        refusal(
            () -> MatrixView.of(ARRAY, -2, 5, 3, 4),
            BAD,
            "array: offset must not be negative, is -2"),
        refusal(
            () -> MatrixView.of(ARRAY, 0, 3, 3, 4),
            BAD,
            "array: stride 3 is less than the 4 columns"),
        refusal(
            () -> MatrixView.of(ARRAY, 0, -4, 3, 4),
            BAD,
            "array: stride -4 is less than the 4 columns"),
        tooShort(() -> MatrixView.of(ARRAY, 3, 7), 3, 7, 0, 7, 21),
        tooShort(() -> MatrixView.of(ARRAY, 3, 7, 3, 4), 3, 4, 3, 7, 21),
        tooShort(() -> MatrixView.of(ARRAY, 21, 5, 0, 5), 0, 5, 21, 5, 21),
        tooShort(() -> MatrixView.of(ARRAY, max, 1, 1, 1), 1, 1, max, 1, max + 1L),
        tooShort(() -> MatrixView.of(ARRAY, 0, max, 2, 1), 2, 1, 0, max, max + 1L),
        tooShort(() -> MatrixView.of(ARRAY, 65536, 65536), 65536, 65536, 0, 65536, 1L << 32),
        tooShort(
            () -> MatrixView.of(ARRAY, max, max, max, max),
            max,
            max,
            max,
            max,
            max + (max - 1L) * max + max),
        refusal(() -> MatrixView.of(ARRAY, 4, 5).slice(-1, 2), SHORT, "-1"),
        refusal(() -> MatrixView.of(ARRAY, 4, 5).slice(0, -1), SHORT, "-1"),
        refusal(() -> MatrixView.of(ARRAY, 4, 5).slice(3, 2), SHORT, "3"),
        refusal(() -> MatrixView.of(ARRAY, 4, 5).slice(5, 0), SHORT, "5"),
        refusal(() -> MatrixView.of(ARRAY, 4, 5).slice(1, max), SHORT, "2147483647"));
  }

  private static DynamicTest tooShort(
      Executable of, int rows, int columns, int offset, int stride, long end) {
    return refusal(
        of,
        SHORT,
        "array: %d rows of %d columns at offset %d, stride %d end at %d, but its length is 20"
            .formatted(rows, columns, offset, stride, end));
  }

  private static DynamicTest refusal(
      Executable of, Class<? extends Throwable> type, String message) {
    return dynamicTest(message, () -> assertRefused(of, type, message));
  }

  /** A message of one word or number comes from the JDK, which says more. */
  private static void assertRefused(
      Executable of, Class<? extends Throwable> type, String message) {
    Throwable refusal = assertThrows(type, of);
    assertEquals(type, refusal.getClass());
    boolean isWhole = type == BAD || message.contains(":") || type == NULL;
    String said = refusal.getMessage();
    assertEquals(message, isWhole || !said.contains(message) ? said : message);
  }

  /** All pairs of small views of one array. */
  @Test
  void meetsWhereAnElementIsShared() {
    List<MatrixView> views = smallViews();
    for (MatrixView one : views) {
      for (MatrixView other : views) {
        boolean shared = (elements(one) & elements(other)) != 0;
        assertEquals(shared, one.meets(other), () -> one + " and " + other);
      }
    }
  }

  @Test
  void otherArraysDoNotMeet() {
    assertEquals(false, MatrixView.of(ARRAY, 4, 5).meets(MatrixView.of(ARRAY.clone(), 4, 5)));
  }

  private static List<MatrixView> smallViews() {
    List<MatrixView> views = new ArrayList<>();
    for (int rows = 0; rows <= 3; rows++) {
      for (int columns = 1; columns <= 3; columns++) {
        for (int stride = columns; stride <= 7; stride++) {
          for (int offset = 0; offset + (rows - 1) * stride + columns <= ARRAY.length; offset++) {
            if (offset <= 9) {
              views.add(MatrixView.of(ARRAY, offset, stride, rows, columns));
            }
          }
        }
      }
    }
    return views;
  }

  /** A bit for each index. */
  private static long elements(MatrixView view) {
    long elements = 0;
    for (int r = 0; r < view.rows(); r++) {
      for (int c = 0; c < view.columns(); c++) {
        elements |= 1L << (view.offset() + r * view.stride() + c);
      }
    }
    return elements;
  }
}

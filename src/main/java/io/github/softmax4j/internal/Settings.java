package io.github.softmax4j.internal;

import java.util.List;
import java.util.Locale;

/**
 * The system properties of the library, read once. The case of a value and blanks around it do not
 * matter. A value that a property cannot have counts as not set, and {@link #IGNORED} names it.
 */
public final class Settings {

  /** The property that forces a path. */
  public static final String PATH_PROPERTY = "softmax4j.path";

  /** The property that requests a width of vectors other than the CPU's. */
  public static final String WIDTH_PROPERTY = "softmax4j.vectorBits";

  /** The property that says when C2 compiles vector code. */
  public static final String WARM_UP_PROPERTY = "softmax4j.warmUp";

  private static final List<String> PATHS = List.of("auto", "scalar", "vector");
  private static final List<String> WIDTHS = List.of("128", "256", "512");

  /** The path to use: auto, scalar or vector. */
  public static final String PATH = known(PATH_PROPERTY, PATHS, "auto");

  /** The width of vectors in bits, or 0 for the CPU's. */
  public static final int VECTOR_BITS = Integer.parseInt(known(WIDTH_PROPERTY, WIDTHS, "0"));

  private static final List<String> WARM_UPS = List.of("background", "off");

  /**
   * Whether plain Java with the same bits serves until C2 has compiled vector code in the
   * background. If not, vector code serves from the first call on.
   */
  public static final boolean WARMS_UP =
      known(WARM_UP_PROPERTY, WARM_UPS, "background").equals("background");

  /** A clause for each value that is ignored, or an empty string. */
  public static final String IGNORED =
      complaint(PATH_PROPERTY, PATHS)
          + complaint(WIDTH_PROPERTY, WIDTHS)
          + complaint(WARM_UP_PROPERTY, WARM_UPS);

  private Settings() {}

  private static String known(String property, List<String> values, String otherwise) {
    String value = value(property);
    return value != null && values.contains(value) ? value : otherwise;
  }

  private static String complaint(String property, List<String> values) {
    String value = value(property);
    return value == null || values.contains(value)
        ? ""
        : "; the system property %s=\"%s\" is ignored; it can be %s"
            .formatted(property, value, String.join(", ", values));
  }

  private static String value(String property) {
    String value = System.getProperty(property);
    return value == null ? null : value.strip().toLowerCase(Locale.ROOT);
  }
}

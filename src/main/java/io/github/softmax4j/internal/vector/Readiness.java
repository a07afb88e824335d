package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.LossRequest;
import io.github.softmax4j.internal.Settings;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which vector code C2 has compiled, for each operation and layout of rows. Before, vector code
 * makes an object of each vector, so {@code lanewise} code serves, with the same bits.
 *
 * <p>Reads and writes of the arrays race, which does no harm: both kinds of code serve.
 */
final class Readiness {

  /** The operations without loss. */
  static final int SOFTMAX = 0;

  static final int LOG_SOFTMAX = 1;
  static final int LOG_SUM_EXP = 2;
  static final int PARTIALS = 3;

  /** The searches, of any layout 0. */
  static final int SEARCH = 4;

  /** Matrix products, whose layouts are the forms of {@code PackedProduct}. */
  static final int PRODUCT = 5;

  /** The gradients through softmax and log-softmax. */
  static final int SOFTMAX_BACKWARD = 6;

  static final int LOG_SOFTMAX_BACKWARD = 7;

  /** The transform of logits, whose layouts are its parts. */
  static final int TRANSFORM = 8;

  static final int BY_SCALE = 0;
  static final int BY_CAP = 1;
  static final int BY_SLOPE = 2;

  /** A loss, to which its properties are added. */
  static final int LOSS = 64;

  static final int WITH_GRADIENT = 1;
  static final int OF_TARGETS = 2;
  static final int WITH_SMOOTHING = 4;
  static final int WITH_ZERO_WEIGHTS = 8;
  static final int WITH_ENTROPY = 16;
  static final int WITH_ARGMAX = 32;

  private static final int OPERATIONS = 128;

  /** The layouts: the kinds of {@link KernelTable}, then those below, which have other code. */
  static final int BLOCKS = 6;

  static final int SINGLE_MASKED = 7;
  static final int ROWWISE = 8;
  static final int LONG_ALONG = 9;
  static final int ONE_VECTOR = 10;
  static final int FEW_ACROSS = 11;

  /** A single row along the lanes, and rows along the lanes, by their {@link #variant}. */
  static final int SINGLE_ALONG = 12;

  static final int ALONG = SINGLE_ALONG + 4;

  /** Rows along the lanes that do not fit in L2, for which kernels of 16 registers differ. */
  static final int LARGE_ALONG = ALONG + 4;

  static final int LAYOUTS = LARGE_ALONG + 4;

  /** The variant of code along the lanes, by the number of classes. */
  static int variant(int classes) {
    int variant = classes > Sizes.MAX_CLASSES_OF_SHORT_ROW ? 1 : 0;
    variant += classes > ONE_BLOCK ? 1 : 0;
    return variant + (classes > Sizes.MAX_CLASSES_IN_FLOAT ? 1 : 0);
  }

  /** The largest number of classes of a row of one block. */
  static final int ONE_BLOCK = Sizes.TERM_BLOCK + Width.LANES;

  /** The elements of rows after which vector code is compiled. */
  private static final int MIN_ELEMENTS = 20_000;

  /** Elements that count as much as a call. */
  private static final int ELEMENTS_OF_CALL = 50;

  private static final boolean[] READY = new boolean[OPERATIONS * LAYOUTS];

  private static final boolean[] LOADED = new boolean[READY.length];

  /** The elements that lanewise code has processed. */
  private static final int[] ELEMENTS = new int[READY.length];

  /** The number of requests to compile vector code from the first call on. */
  private static final AtomicInteger AT_ONCE = new AtomicInteger();

  /** Whether vector code is compiled after some calls. */
  private static boolean trains = true;

  static {
    if (!Settings.WARMS_UP) {
      useAlways(true);
    }
  }

  private Readiness() {}

  /** Has vector code serve always, or lanewise code, compiled or not. */
  static void useAlways(boolean vectors) {
    trains = false;
    Arrays.fill(READY, vectors);
  }

  /** Has vector code compiled from the first call on, or after some calls again. */
  static void requestAtOnce(boolean atOnce) {
    AT_ONCE.addAndGet(atOnce ? 1 : -1);
  }

  /** Returns whether vector code serves an operation. */
  static boolean isReady(int operation, int layout) {
    return READY[operation * LAYOUTS + layout];
  }

  /** Notes that C2 has compiled the code. */
  static void set(int operation, int layout) {
    READY[operation * LAYOUTS + layout] = true;
  }

  /** Returns whether the classes of the vector code are loaded, so that objects may be made. */
  static boolean isLoaded(int operation, int layout) {
    return LOADED[operation * LAYOUTS + layout];
  }

  /** Notes that the vector code has run once. */
  static void setLoaded(int operation, int layout) {
    LOADED[operation * LAYOUTS + layout] = true;
  }

  /**
   * Counts a call that lanewise code serves.
   *
   * @return whether there have just been enough for compiling vector code
   */
  static boolean count(Call call, int operation, int layout) {
    return count(operation, layout, (long) call.rows * call.classes);
  }

  /** Counts some elements that code without vectors processes in a call. */
  static boolean count(int operation, int layout, long elementsOfCall) {
    int cell = operation * LAYOUTS + layout;
    int before = ELEMENTS[cell];
    if (before >= MIN_ELEMENTS || !trains) {
      return false;
    }
    long added = AT_ONCE.get() > 0 ? MIN_ELEMENTS : ELEMENTS_OF_CALL + elementsOfCall;
    long elements = before + added;
    ELEMENTS[cell] = (int) Math.min(elements, MIN_ELEMENTS);
    return elements >= MIN_ELEMENTS;
  }

  /** Whether an operation gives gradients through softmax or log-softmax. */
  static boolean isBackward(int operation) {
    return operation == SOFTMAX_BACKWARD || operation == LOG_SOFTMAX_BACKWARD;
  }

  /** The loss of a call, with or without gradient, as an operation. */
  static int loss(Call call, boolean withGradient) {
    int operation = LOSS;
    operation += withGradient ? WITH_GRADIENT : 0;
    operation += call.targets.isGiven ? OF_TARGETS : 0;
    return call.loss.isGiven ? withOptions(call.loss, operation) : operation;
  }

  private static int withOptions(LossRequest loss, int plain) {
    LossOptions options = loss.options;
    int operation = plain;
    if (options.smoothing() != 0) {
      operation += WITH_SMOOTHING + (options.skipsClasses() ? WITH_ZERO_WEIGHTS : 0);
    }
    operation += loss.entropy.isGiven() ? WITH_ENTROPY : 0;
    operation += loss.wantsArgmax() ? WITH_ARGMAX : 0;
    return operation;
  }
}

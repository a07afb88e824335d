package io.github.softmax4j;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Working memory that no call uses. A call takes some and gives it back, so its amount does not
 * grow with the number of threads.
 */
final class Pool<T> {

  private final AtomicReferenceArray<T> free =
      new AtomicReferenceArray<>(Runtime.getRuntime().availableProcessors());

  private final Supplier<T> maker;

  Pool(Supplier<T> maker) {
    this.maker = maker;
  }

  /** Lends one, made anew if all are in use. */
  T take() {
    for (int i = 0; i < free.length(); i++) {
      T one = free.get(i);
      if (one != null && free.compareAndSet(i, one, null)) {
        return one;
      }
    }
    return maker.get();
  }

  /** Takes one back, and drops it if there are enough. */
  void give(T one) {
    for (int i = 0; i < free.length(); i++) {
      if (free.get(i) == null && free.compareAndSet(i, null, one)) {
        return;
      }
    }
  }
}

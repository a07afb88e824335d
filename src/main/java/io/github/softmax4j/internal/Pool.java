package io.github.softmax4j.internal;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Working memory that no operation uses. An operation takes some and gives it back, so its amount
 * does not grow with the number of threads. An operation that throws gives nothing back, so nothing
 * that an error has left unfinished is used again.
 *
 * <p>One that is free is usually the first. The others are looked for in methods of their own, so
 * that C2 can inline what is usual. {@link CallPool} is faster, for calls only.
 */
public final class Pool<T> {

  private final AtomicReference<T> first = new AtomicReference<>();

  private final AtomicReferenceArray<T> others =
      new AtomicReferenceArray<>(Runtime.getRuntime().availableProcessors() - 1);

  private final Supplier<T> maker;

  /** Creates an empty pool. */
  public Pool(Supplier<T> maker) {
    this.maker = maker;
  }

  /** Lends one, made anew if all are in use. */
  public T take() {
    T one = first.getAndSet(null);
    return one != null ? one : takeOther();
  }

  /** Takes one back, and drops it if there are enough. */
  public void give(T one) {
    if (!first.compareAndSet(null, one)) {
      giveOther(one);
    }
  }

  private T takeOther() {
    for (int i = 0; i < others.length(); i++) {
      T one = others.getAndSet(i, null);
      if (one != null) {
        return one;
      }
    }
    return maker.get();
  }

  private void giveOther(T one) {
    for (int i = 0; i < others.length(); i++) {
      if (others.compareAndSet(i, null, one)) {
        return;
      }
    }
  }
}

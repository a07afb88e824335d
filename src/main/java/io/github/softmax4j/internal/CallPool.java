package io.github.softmax4j.internal;

import java.util.function.Supplier;

/**
 * The calls of a kernel that threads reuse. Their number is fixed, whatever the number of threads.
 *
 * <p>A call knows whether it is in use. The pool is only a directory, so neither taking a call nor
 * {@link Call#end} stores a reference: the collector's write barrier costs more than a small call.
 *
 * <p>A call whose operation threw is never ended. A new call takes its place in the directory, at
 * the latest with the next operation of the thread. So nothing that an error has left unfinished is
 * used again.
 */
public final class CallPool {

  /** Number of places; a power of 2. */
  private static final int PLACES = placesFor(Runtime.getRuntime().availableProcessors());

  /** Number of places that are tried before a new call takes one of them; a power of 2. */
  private static final int TRIES = 8;

  private final Call[] calls = new Call[PLACES];

  private final Supplier<Call> maker;

  /**
   * Number of calls that took the place of another: in turns, so that all that threw are replaced.
   */
  private int replaced;

  /** Creates an empty pool. */
  public CallPool(Supplier<Call> maker) {
    this.maker = maker;
  }

  /** Some threads more than there are processors may be in a call, as they may wait there. */
  private static int placesFor(int processors) {
    return Math.clamp(Integer.highestOneBit(processors) * 4L, 16, 256);
  }

  /** Lends a call until its {@link Call#end}. A thread has at most one. */
  public Call take() {
    Thread thread = Thread.currentThread();
    int place = place(thread);
    Call call = calls[place];
    return call != null && call.tryUse(thread.threadId())
        ? call
        : takeOther(place, thread.threadId());
  }

  /** Threads begin at different places, unless they are virtual: many of these run few calls. */
  private static int place(Thread thread) {
    return thread.isVirtual() ? 0 : (int) thread.threadId() & PLACES - 1;
  }

  /**
   * Takes a call from the next places, or makes one. A race between two threads that make one for
   * the same place costs one of the two calls, which is used once.
   */
  private Call takeOther(int first, long user) {
    for (int i = 0; i < TRIES; i++) {
      int place = first + i & PLACES - 1;
      Call call = calls[place];
      if (call == null || call.isLeftBy(user)) {
        return make(place, user);
      }
      if (call.tryUse(user)) {
        return call;
      }
    }
    return make(first + (replaced++ & TRIES - 1) & PLACES - 1, user);
  }

  private Call make(int place, long user) {
    Call call = maker.get();
    call.setUser(user);
    calls[place] = call;
    return call;
  }
}

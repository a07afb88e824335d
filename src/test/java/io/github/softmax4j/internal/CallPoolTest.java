package io.github.softmax4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/** A pool lends each call once at a time, and does without those that are never given back. */
class CallPoolTest {

  private int made;

  private final CallPool pool =
      new CallPool(
          () -> {
            made++;
            return new Call(call -> null);
          });

  @Test
  void aCallThatHasEndedIsLentAgain() {
    Call first = pool.take();
    first.end();
    assertSame(first, pool.take());
    assertEquals(1, made);
  }

  @Test
  void aCallThatWasNeverEndedIsReplaced() {
    Call left = pool.take();
    Call next = pool.take();
    assertNotSame(left, next);
    next.end();
    assertSame(next, pool.take());
    assertEquals(2, made);
  }

  /** As many as the places, and more. */
  @Test
  void callsThatOtherThreadsHaveLeftAreReplaced() throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      Thread thread = new Thread(pool::take);
      thread.start();
      thread.join();
    }
    Call call = pool.take();
    call.end();
    int before = made;
    for (int i = 0; i < 100; i++) {
      pool.take().end();
    }
    assertEquals(before, made);
  }
}

package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Counts the products of a JVM's first second, from its first call on. */
final class YoungJvm {
  static final int SLOT_MILLIS = 50;
  static final LinearShape SHAPE = new LinearShape(256, 512, 1000);

  /** In the place of a peer. */
  static final String OURS = "softmax4j";

  private YoungJvm() {}

  /** Takes the class of the peer, or {@link #OURS}, and for how many milliseconds it calls. */
  public static void main(String[] args) throws Exception {
    LinearWork work = new LinearWork(LinearOperation.FORWARD, SHAPE);
    boolean isOurs = args[1].equals(OURS);
    PeerTask task = isOurs ? null : PeerSide.load(args[1], LinearPeer.class).task(work.gemm());
    TimedCall call = isOurs ? work::run : task::run;
    CallTimes times = CallTimes.measure(call, 0, Long.parseLong(args[2]));
    if (isOurs) {
      work.requireRight();
    } else if (work.examine(task).stream().anyMatch(Work.Finding::isWrong)) {
      throw new IllegalStateException(args[1] + " is wrong");
    }
    ChildJvm.answer(args, times);
    System.exit(0); // whatever threads the library has left
  }

  /** Starts such a JVM. */
  static YoungRun measure(Variant width, PeerSide side, int slots) throws IOException {
    CallTimes times =
        side.jvm(width).ask(YoungJvm.class, CallTimes.class, side.provider(), slots * SLOT_MILLIS);
    return new YoungRun(
        width.id(),
        side.name(),
        times.nanosUntilAfter(1) / 1e6,
        times.perSlot(slots, TimeUnit.MILLISECONDS.toNanos(SLOT_MILLIS)));
  }
}

package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Loads a peer on its class path and times it beside this library, in one JVM. */
final class PeerJvm {

  private final String[] args;
  private final Request request;
  private final NamedPeer peer;

  /**
   * What such a JVM is asked to do.
   *
   * @param provider the class of the peer
   * @param module the name of its folder
   * @param jars the peer's own class path
   * @param budgets of this library's working memory in MB, where it has any
   * @param fork which of the JVMs that measure the same, from 1
   */
  record Request(
      Contest contest,
      String provider,
      String module,
      List<String> jars,
      List<String> operations,
      List<String> shapes,
      List<Integer> budgets,
      PeerPlan plan,
      int fork) {}

  /** Something that may fail without an end to the rest. */
  private interface Attempt {
    void run() throws Exception;
  }

  private PeerJvm(String[] args, Request request) throws ReflectiveOperationException {
    this.args = args;
    this.request = request;
    peer = PeerSide.load(request.provider(), NamedPeer.class);
  }

  /** Takes a {@link Request}, answers with {@link PeerMessage}s. */
  public static void main(String[] args) throws IOException {
    Request request = Json.parse(args[1], Request.class);
    try {
      new PeerJvm(args, request).run();
    } catch (Throwable e) { // a library that cannot be loaded may throw anything
      e.printStackTrace();
      PeerProblem problem = PeerProblem.notHere(request.module(), reason(e));
      ChildJvm.answer(args, PeerMessage.of(problem));
    }
    System.exit(0); // whatever threads the library has left
  }

  private void run() throws IOException {
    // the names of the files only: where they are on this machine is nobody's business
    List<String> jars =
        request.jars().stream().map(jar -> Path.of(jar).getFileName().toString()).toList();
    ChildJvm.answer(
        args,
        PeerMessage.of(
            new PeerInfo(request.module(), peer.name(), peer.description(), jars, path())));
    if (request.plan().timesMeanSomething()) {
      tryTo("all", "", this::settle);
    }
    for (Contest.Entry entry : request.contest().entries(request)) {
      tryTo(entry.operation(), entry.shape(), () -> measure(entry));
    }
  }

  private void tryTo(String operation, String shape, Attempt attempt) throws IOException {
    try {
      attempt.run();
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      complain(PeerProblem.Kind.FAILED, operation, shape, reason(e));
    }
  }

  /** Small cases of both sides, until the compiler had time for them. */
  private void settle() throws Exception {
    if (request.contest() == Contest.PEERS) {
      UsualUse.run();
    }
    List<TimedCall> calls = new ArrayList<>();
    List<PeerTask> tasks = new ArrayList<>();
    for (Contest.Entry entry : request.contest().settling(request)) {
      Work work = request.contest().work(entry);
      calls.add(work::run);
      tasks.addAll(work.tasks(peer));
    }
    tasks.forEach(task -> calls.add(task::run));
    long wanted = TimeUnit.MILLISECONDS.toNanos(request.plan().settlingMillis());
    long start = System.nanoTime();
    while (System.nanoTime() - start < wanted) {
      for (TimedCall call : calls) {
        call.run();
      }
    }
    tasks.forEach(PeerTask::close);
  }

  private void measure(Contest.Entry entry) throws Exception {
    Work work = request.contest().work(entry);
    List<PeerTask> tasks = work.tasks(peer);
    if (tasks.isEmpty()) {
      String reason = "has no such operation";
      complain(PeerProblem.Kind.NO_OPERATION, entry.operation(), "", reason);
      return;
    }
    try {
      if (request.plan().timesMeanSomething()) {
        CompiledCode.await(work::run); // the code that is timed is also what is examined
      }
      for (PeerTask task : tasks) {
        measure(entry, work, task);
      }
    } finally {
      tasks.forEach(PeerTask::close);
    }
  }

  private void measure(Contest.Entry entry, Work work, PeerTask task) throws Exception {
    for (Work.Finding finding : work.examine(task)) {
      if (finding.isWrong()) {
        String way = task.way().isEmpty() ? "" : " by " + task.way();
        String what = "wrong" + way + ", " + finding.setting().label() + ": ";
        complain(
            PeerProblem.Kind.WRONG, entry.operation(), entry.shape(), what + finding.description());
      } else {
        ChildJvm.answer(args, PeerMessage.of(time(entry, work, task, finding)));
      }
    }
  }

  private PeerCell time(Contest.Entry entry, Work work, PeerTask task, Work.Finding finding)
      throws Exception {
    PairedTiming timing =
        new PairedTiming(request.plan(), work::run, () -> finding.setting().run(task));
    timing.run();
    if (PeerScore.isWide(
        Stats.ratios(timing.second().nanosPerCall(), timing.first().nanosPerCall()))) {
      timing.run();
    }
    return new PeerCell(
        peer.name(),
        request.contest() == Contest.FUSED ? entry.budget() + " MB" : task.way(),
        entry.operation(),
        entry.shape(),
        finding.setting(),
        request.fork(),
        threeDigits(finding.ourError()),
        threeDigits(finding.peerError()),
        timing.first().callsPerSlice(),
        timing.second().callsPerSlice(),
        PeerCell.inTenths(timing.first().nanosPerCall()),
        PeerCell.inTenths(timing.second().nanosPerCall()));
  }

  private void complain(PeerProblem.Kind kind, String operation, String shape, String reason)
      throws IOException {
    ChildJvm.answer(
        args, PeerMessage.of(new PeerProblem(kind, peer.name(), operation, shape, reason)));
  }

  private static double threeDigits(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.2e", value));
  }

  private static String path() {
    ActivePath path = ActivePath.get();
    return "%s, %d bits, %d lanes".formatted(path.kind(), path.vectorBits(), path.lanes());
  }

  /** The cause of it all, on one line. */
  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + ": " + message;
  }
}

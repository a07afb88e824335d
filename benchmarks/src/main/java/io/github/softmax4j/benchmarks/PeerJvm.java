package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.benchmarks.Verification.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;

/** Loads the peer on its class path and times it beside this library, in one JVM. */
final class PeerJvm {

  /** Beyond this, a result is wrong; below it, float sums of very many terms may be that bad. */
  private static final double TOLERANCE = 1e-4;

  private static final List<Shape> SETTLING_SHAPES =
      List.of(new Shape(100, 10), new Shape(64, 100), new Shape(1, 1000));

  private static final PeerSetting[] SETTINGS = PeerSetting.values();

  private final PeerJvmArguments arguments;
  private final Path messages;
  private final Peer peer;

  private PeerJvm(PeerJvmArguments arguments) {
    this.arguments = arguments;
    this.messages = Path.of(arguments.messages());
    this.peer = ServiceLoader.load(Peer.class).findFirst().orElseThrow();
  }

  /** Takes a {@link PeerJvmArguments} as JSON. */
  public static void main(String[] args) throws IOException {
    PeerJvmArguments arguments = PeerJvmArguments.parse(args[0]);
    try {
      new PeerJvm(arguments).run();
    } catch (Throwable e) { // a library that cannot be loaded may throw anything
      e.printStackTrace();
      PeerProblem problem = PeerProblem.notHere(arguments.module(), reason(e));
      PeerMessage.of(problem).append(Path.of(arguments.messages()));
    }
    System.exit(0); // whatever threads the library has left
  }

  private void run() throws IOException {
    PeerMessage.of(
            new PeerInfo(arguments.module(), peer.name(), peer.description(), jars(), path()))
        .append(messages);
    if (arguments.plan().timesMeanSomething()) {
      UsualUse.run();
      settle();
    }
    for (Operation operation : arguments.operations()) {
      for (Shape shape : arguments.shapes()) {
        tryToMeasure(operation, shape);
      }
    }
  }

  private void tryToMeasure(Operation operation, Shape shape) throws IOException {
    try {
      measure(operation, shape);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      complain(PeerProblem.Kind.FAILED, operation, shape.toString(), reason(e));
    }
  }

  /** The operations on rows of few classes and of many, until the compiler had time for it. */
  private void settle() {
    List<Workload> workloads = SETTLING_SHAPES.stream().map(Workload::new).toList();
    long wanted = TimeUnit.MILLISECONDS.toNanos(arguments.plan().settlingMillis());
    long start = System.nanoTime();
    while (System.nanoTime() - start < wanted) {
      for (Operation operation : arguments.operations()) {
        workloads.forEach(operation::run);
      }
    }
  }

  private void measure(Operation operation, Shape shape) throws Exception {
    Workload workload = new Workload(shape);
    Batch batch = workload.peerBatch();
    List<PeerTask> tasks = peer.tasks(operation, batch);
    if (tasks.isEmpty()) {
      complain(PeerProblem.Kind.NO_OPERATION, operation, "", "has no such operation");
    }
    try {
      for (PeerTask task : tasks) {
        measure(operation, workload, batch, task);
      }
    } finally {
      tasks.forEach(PeerTask::close);
    }
  }

  private void measure(Operation operation, Workload workload, Batch batch, PeerTask task)
      throws Exception {
    Output ours = Verification.outputOf(operation, workload);
    Output inNative = fetched(task, batch);
    Output inHeap = fromHeapToHeap(task, batch);
    List<WorstError> errors =
        new Verification(operation, workload.data()).worstErrors(List.of(ours, inNative, inHeap));
    if (errors.get(0).isAbove(Verification.TOLERANCE)) {
      throw new IllegalStateException("softmax4j is wrong: " + errors.get(0).description());
    }
    for (PeerSetting setting : SETTINGS) {
      WorstError peerError = errors.get(1 + setting.ordinal());
      if (peerError.isAbove(TOLERANCE)) {
        complain(
            PeerProblem.Kind.WRONG,
            operation,
            workload.data().shape().toString(),
            "wrong" + ofWay(task) + ", " + setting.label() + ": " + peerError.description());
      } else {
        time(operation, workload, task, setting, errors.get(0).share(), peerError.share());
      }
    }
  }

  /** The output is a copy of what native code computed, hence not what was there before. */
  private static Output fetched(PeerTask task, Batch batch) throws Exception {
    Arrays.fill(batch.output(), Float.NaN);
    double loss = task.run();
    task.fetch();
    return new Output(loss, batch.output().clone());
  }

  private static Output fromHeapToHeap(PeerTask task, Batch batch) throws Exception {
    Arrays.fill(batch.output(), Float.NaN);
    double loss = task.runFromHeapToHeap();
    return new Output(loss, batch.output());
  }

  private void time(
      Operation operation,
      Workload workload,
      PeerTask task,
      PeerSetting setting,
      double ourError,
      double peerError)
      throws Exception {
    PairedTiming timing =
        new PairedTiming(arguments.plan(), ourCall(operation, workload), () -> setting.run(task));
    timing.run();
    PeerMessage.of(
            new PeerCell(
                peer.name(),
                task.way(),
                operation.methodName(),
                workload.data().shape().toString(),
                setting,
                arguments.fork(),
                ourError,
                peerError,
                timing))
        .append(messages);
  }

  private static TimedCall ourCall(Operation operation, Workload workload) {
    return switch (operation) {
      case SOFTMAX -> () -> workload.softmax()[0];
      case LOG_SOFTMAX -> () -> workload.logSoftmax()[0];
      case LOG_SUM_EXP -> () -> workload.logSumExp()[0];
      case LOSS -> workload::loss;
      case LOSS_AND_GRADIENT -> workload::lossAndGradient;
      case TARGET_LOSS_AND_GRADIENT -> workload::targetLossAndGradient;
      case LADEN_LOSS_AND_GRADIENT -> workload::ladenLossAndGradient;
    };
  }

  private static String ofWay(PeerTask task) {
    return task.way().isEmpty() ? "" : " by " + task.way();
  }

  private void complain(PeerProblem.Kind kind, Operation operation, String shape, String reason)
      throws IOException {
    PeerMessage.of(new PeerProblem(kind, peer.name(), operation.methodName(), shape, reason))
        .append(messages);
  }

  static String path() {
    ActivePath path = ActivePath.get();
    return "%s, %d bits, %d lanes".formatted(path.kind(), path.vectorBits(), path.lanes());
  }

  /** The names of the files only: where they are on this machine is nobody's business. */
  private List<String> jars() {
    return arguments.jars().stream().map(jar -> Path.of(jar).getFileName().toString()).toList();
  }

  /** The cause of it all, on one line. */
  static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + ": " + message;
  }
}

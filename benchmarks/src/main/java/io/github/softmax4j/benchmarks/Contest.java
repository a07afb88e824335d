package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What is measured beside peers; each kind has a command. */
enum Contest {
  PEERS(Peer.class, "softmax4j beside its peers") {
    @Override
    Class<? extends NamedPeer> service(String operation) {
      return Sampling.of(operation).isPresent() ? SamplingPeer.class : Peer.class;
    }

    @Override
    List<Entry> entries(PeerJvm.Request request) {
      return measured(request.operations(), request.shapes());
    }

    @Override
    List<Entry> settling(PeerJvm.Request request) {
      return measured(request.operations(), List.of("100x10", "64x100", "1x1000"));
    }

    /** A program that generates text draws from one row at a time. */
    private List<Entry> measured(List<String> operations, List<String> shapes) {
      return product(operations, shapes).stream()
          .filter(e -> Sampling.of(e.operation).isEmpty() || Shape.parse(e.shape).rows() == 1)
          .toList();
    }

    @Override
    Work work(Entry entry) {
      Shape shape = Shape.parse(entry.shape);
      Optional<Sampling> sampling = Sampling.of(entry.operation);
      return sampling.isPresent()
          ? new SamplingWork(sampling.get(), shape)
          : new LogitsWork(Operation.ofMethod(entry.operation), shape);
    }

    @Override
    long largest(String shape) {
      return Shape.parse(shape).elements();
    }

    @Override
    double figure(String shape, double nanos) {
      return nanos / Shape.parse(shape).elements();
    }

    @Override
    List<PeerTarget> targets() {
      return PeerTarget.ofLogits();
    }

    @Override
    String method() {
      return """
      - Logits are Gaussian with a spread of 3, labels uniform, from a fixed seed. Losses and gradients
        are those of the mean over the rows. All that each side gives is compared with an oracle in
        double.
      - Peers that are no library are loops that one could write oneself.
      - Tribuo and Smile compute in **double**. Their native buffers are `double[]`; from heap to heap,
        their time includes the conversion of floats and back.
      - `sample`, `sampleTopK` and `sampleTopP` draw one class of a row: temperature 0.8, and top-k 40 or
        top-p 0.9. Numbers are those of one seeded generator. For 101 numbers, the class that each side
        draws must be the one of the oracle, or its border must be within 1e-3 of the number, of this
        library 1e-6. Classes are in their own order, or in that of their probabilities.
      """;
    }
  },
  LINEAR(LinearPeer.class, "Products of the linear layer") {
    @Override
    List<Entry> entries(PeerJvm.Request request) {
      return request.shapes().stream()
          .flatMap(
              shape ->
                  LinearShape.parse(shape).operations().stream()
                      .map(LinearOperation::methodName)
                      .filter(request.operations()::contains)
                      .map(operation -> new Entry(operation, shape, 0)))
          .toList();
    }

    @Override
    List<Entry> settling(PeerJvm.Request request) {
      return product(List.of("forward"), List.of("130x300x200", "7x64x10", "1x300x200"));
    }

    @Override
    Work work(Entry entry) {
      return new LinearWork(
          LinearOperation.ofMethod(entry.operation), LinearShape.parse(entry.shape));
    }

    @Override
    double figure(String shape, double nanos) {
      return LinearShape.parse(shape).amount() / nanos;
    }

    @Override
    String unit(String shape) {
      return LinearShape.parse(shape).unit();
    }

    @Override
    List<PeerTarget> targets() {
      return PeerTarget.ofProducts();
    }

    @Override
    String method() {
      return """
      - Shapes are rows x features x classes; weights are classes x features, all matrices row after
        row. Values are uniform from a fixed seed. Some values of this library are compared with sums
        in double, and the peer's whole result with this library's.
      - **limit** is as many FMAs in registers, or with few rows a plain sum of the weights. It is
        measured in turns with this library, as a peer is, so the speed-up over it is the share of it.
      - The setting from heap to heap is left out for native libraries where the product is large.
      """;
    }
  },
  FUSED(FusedPeer.class, "The fused loss of the linear layer") {
    @Override
    List<Entry> entries(PeerJvm.Request request) {
      return request.shapes().stream()
          .flatMap(
              shape ->
                  request.budgets().stream().map(b -> new Entry(FusedWork.OPERATION, shape, b)))
          .toList();
    }

    @Override
    List<Entry> settling(PeerJvm.Request request) {
      return List.of(new Entry(FusedWork.OPERATION, "300x300x1000", 64));
    }

    @Override
    Work work(Entry entry) {
      return new FusedWork(LinearShape.parse(entry.shape), entry.budget);
    }

    @Override
    PeerPlan plan(Mode mode) {
      return PeerPlan.ofLongCalls(mode);
    }

    /** This library's time depends on its budget, so each is like an operation of its own. */
    @Override
    PeerCell inPlace(PeerCell cell) {
      return new PeerCell(
          cell.peer(),
          "",
          cell.operation() + ", " + cell.way(),
          cell.shape(),
          cell.setting(),
          cell.fork(),
          cell.ourError(),
          cell.peerError(),
          cell.ourCallsPerSlice(),
          cell.peerCallsPerSlice(),
          cell.ourNanos(),
          cell.peerNanos());
    }

    @Override
    double figure(String shape, double nanos) {
      return nanos / 1e6;
    }

    @Override
    String unit(String shape) {
      return "ms";
    }

    @Override
    List<PeerTarget> targets() {
      return PeerTarget.ofFusedLoss();
    }

    @Override
    String method() {
      return """
      - A call gives the mean loss over the rows and its gradients with respect to input, weights and
        bias. Shapes are rows x features x classes. Losses and gradients of both sides are compared.
      - **unfused** is this library's three products, its loss over all logits, and the sums for the
        bias. PyTorch has its tensors in memory of its own: `linear`, `cross_entropy_loss`, `backward`.
      - **Memory**: each way has a JVM of its own, which makes inputs and gradients first. Extra memory
        is how far the peak of the resident memory in two calls is above what was there then. It holds
        what the compiler needs meanwhile, some 10 MB. Heap bytes are what the thread allocated.
      """;
    }
  };

  private final Class<? extends NamedPeer> service;
  private final String title;

  /**
   * What is measured in a JVM.
   *
   * @param budget of this library's working memory in MB, where it has any
   */
  record Entry(String operation, String shape, int budget) {}

  Contest(Class<? extends NamedPeer> service, String title) {
    this.service = service;
    this.title = title;
  }

  /** That of a file of results. */
  static Contest of(PeerResults results) {
    List<String> products =
        Stream.of(LinearOperation.values()).map(LinearOperation::methodName).toList();
    return results.cells().stream()
        .map(PeerCell::operation)
        .findFirst()
        .map(o -> o.equals(FusedWork.OPERATION) ? FUSED : products.contains(o) ? LINEAR : PEERS)
        .orElse(results.memory().isEmpty() ? PEERS : FUSED);
  }

  /** What peers implement that may have such an operation. */
  Class<? extends NamedPeer> service(String operation) {
    return service;
  }

  String title() {
    return title;
  }

  /** As its command is called, and its files. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  PeerPlan plan(Mode mode) {
    return PeerPlan.of(mode);
  }

  List<Entry> entries(PeerJvm.Request request) {
    return product(request.operations(), request.shapes());
  }

  static List<Entry> product(List<String> operations, List<String> shapes) {
    return operations.stream()
        .flatMap(operation -> shapes.stream().map(shape -> new Entry(operation, shape, 0)))
        .toList();
  }

  /** Small cases that a JVM is warmed up with. */
  abstract List<Entry> settling(PeerJvm.Request request);

  abstract Work work(Entry entry);

  /** The elements of the largest array. */
  long largest(String shape) {
    return LinearShape.parse(shape).largestMatrix();
  }

  /** A cell as the report shows it. */
  PeerCell inPlace(PeerCell cell) {
    return cell;
  }

  /** The time of a call, in the unit that readers know. */
  abstract double figure(String shape, double nanos);

  String unit(String shape) {
    return "ns/element";
  }

  abstract List<PeerTarget> targets();

  /** What is to be known of how this kind is measured, in Markdown. */
  abstract String method();
}

package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.List;

/**
 * Another library that Java programs can compute a softmax or a cross-entropy with.
 *
 * <p>The public constructor without arguments loads the library and holds it to one thread; if it
 * throws, the peer is left out of the report but for the reason. The environment variables by which
 * native libraries are held to one thread are set already, and the working directory is one for
 * files that a library unpacks.
 */
public abstract class Peer extends NamedPeer {
  protected Peer(String name, String description) {
    super(name, description);
  }

  /**
   * The ways that this library has for an operation, ready to be called; none if it has no such
   * operation. Losses are means over the rows. What a way can prepare once, it does here: memory,
   * models, compiled primitives.
   */
  public abstract List<PeerTask> tasks(Operation operation, Batch batch) throws Exception;
}

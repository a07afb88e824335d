package io.github.softmax4j.benchmarks;

import java.util.regex.Pattern;

/**
 * Why there is no figure.
 *
 * @param peer its name, or its folder's if it could not be loaded
 * @param operation empty if it is so of all
 * @param shape empty if it is so of all
 */
record PeerProblem(Kind kind, String peer, String operation, String shape, String reason) {

  /** What is the matter. */
  enum Kind {
    /** Not downloaded, not built, or not able to run on this machine. */
    NOT_HERE,
    /** The library has nothing for the operation. */
    NO_OPERATION,
    /** The result is not that of the oracle. */
    WRONG,
    /** It was here, but then something went wrong. */
    FAILED
  }

  private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s),]+");
  private static final Pattern DIRECTORIES = Pattern.compile("(/[\\w.@+~-]+)+/");

  /** Reports are published: where things lie on this machine or come from is no part of them. */
  PeerProblem {
    reason = DIRECTORIES.matcher(ADDRESS.matcher(reason).replaceAll("...")).replaceAll("");
  }

  static PeerProblem notHere(String module, String reason) {
    return new PeerProblem(Kind.NOT_HERE, module, "", "", reason);
  }

  /** Whether the peer is here and has the operation, and yet there is no right result. */
  boolean isAFault() {
    return kind == Kind.WRONG || kind == Kind.FAILED;
  }

  @Override
  public String toString() {
    String where = (peer + " " + operation + " " + shape).strip();
    return where + ": " + reason;
  }
}

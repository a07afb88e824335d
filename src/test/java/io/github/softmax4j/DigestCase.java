package io.github.softmax4j;

import java.util.function.Consumer;

/**
 * Some calls that differ in their rows and layouts, and whose results make one digest.
 *
 * @param name the operation, its option and the number of classes
 * @param large whether it takes too long where vectors are emulated
 * @param calls makes the calls and adds their results
 */
record DigestCase(String name, boolean large, Consumer<Digest> calls) {

  static DigestCase of(String name, Consumer<Digest> calls) {
    return new DigestCase(name, false, calls);
  }

  static DigestCase of(Object what, int classes, Consumer<Digest> calls) {
    return of(what + " " + classes, calls);
  }

  static DigestCase large(String name, Consumer<Digest> calls) {
    return new DigestCase(name, true, calls);
  }

  String digest() {
    Digest digest = new Digest();
    calls.accept(digest);
    return digest.toString();
  }
}

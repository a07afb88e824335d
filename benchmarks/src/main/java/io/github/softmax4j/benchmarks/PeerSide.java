package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Who is measured beside this library.
 *
 * @param module whose class path it needs
 * @param provider the class that calls it
 * @param service what that class is
 */
record PeerSide(PeerModule module, String provider, Class<?> service) {
  /** All that modules have of an interface. */
  static List<PeerSide> in(List<PeerModule> modules, Class<?> service) throws IOException {
    List<PeerSide> sides = new ArrayList<>();
    for (PeerModule module : modules) {
      for (String provider : module.providers(service)) {
        sides.add(new PeerSide(module, provider, service));
      }
    }
    return sides;
  }

  /** As it is called on the command line: {@code mkl} for an {@code MklPeer}. */
  String name() {
    return provider
        .substring(provider.lastIndexOf('.') + 1)
        .replaceAll("Peer|Linear|Fused|Sampling", "")
        .toLowerCase(Locale.ROOT);
  }

  /** An instance of the class, in a JVM that has it. */
  static <T> T load(String provider, Class<T> service) throws ReflectiveOperationException {
    return service.cast(Class.forName(provider).getDeclaredConstructor().newInstance());
  }

  /** A JVM with the peer on its class path, which is held to one thread. */
  ChildJvm jvm(Variant width, String... flags) throws IOException {
    return PeerProcess.of(module, width, List.of(flags));
  }
}

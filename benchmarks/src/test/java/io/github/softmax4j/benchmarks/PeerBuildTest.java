package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerBuildTest {

  private static final Optional<String> NO_TIME =
      Optional.of("not built: the time for downloads was used up before");

  @TempDir private Path directory;

  /** No build of these can get anywhere, and none is to be tried: there is no time. */
  private PeerBuild build;

  @BeforeEach
  void makeModules() throws IOException {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Path benchmarks = Files.writeString(directory.resolve("benchmarks.jar"), "");
    build = new PeerBuild(nowhere, benchmarks, Duration.ZERO);
    for (String name : List.of("b", "a")) {
      Files.createDirectories(directory.resolve(name).resolve("src"));
      Files.writeString(directory.resolve(name).resolve("pom.xml"), "");
    }
    Files.createDirectories(directory.resolve("target"));
    Files.writeString(directory.resolve("pom.xml"), "");
  }

  @Test
  void modulesAreTheFoldersWithAPom() throws IOException {
    assertEquals(
        List.of("a", "b"), PeerModule.in(directory).stream().map(PeerModule::name).toList());
  }

  @Test
  void modulesAreFoundByWhatTheyImplement() throws IOException {
    Path services =
        Files.createDirectories(directory.resolve("b/src/main/resources/META-INF/services"));
    Files.writeString(services.resolve(LinearPeer.class.getName()), "x.MklPeer\nx.OtherPeer\n");
    List<PeerSide> sides = PeerSide.in(PeerModule.in(directory), LinearPeer.class);
    assertEquals(List.of("mkl", "other"), sides.stream().map(PeerSide::name).toList());
    assertEquals(List.of(), PeerSide.in(PeerModule.in(directory), Peer.class));
  }

  @Test
  void whatThereIsNoTimeForIsLeftOutWithItsReason() throws IOException {
    assertEquals(NO_TIME, build.build(PeerModule.in(directory).get(0)));
  }

  @Test
  void whatIsUpToDateIsNotBuilt() throws IOException {
    assertEquals(Optional.empty(), build.build(builtModule()));
  }

  @Test
  void whatIsOlderThanItsSourcesIsBuilt() throws IOException {
    PeerModule module = builtModule();
    Files.setLastModifiedTime(module.jar(), FileTime.fromMillis(1_000_000));
    assertEquals(NO_TIME, build.build(module));
  }

  @Test
  void whatHasLostALibraryIsBuilt() throws IOException {
    PeerModule module = builtModule();
    Files.delete(directory.resolve("library.jar"));
    assertEquals(NO_TIME, build.build(module));
  }

  private PeerModule builtModule() throws IOException {
    PeerModule module = PeerModule.in(directory).get(0);
    Path target = Files.createDirectories(module.jar().getParent());
    Path library = Files.writeString(directory.resolve("library.jar"), "");
    Files.writeString(target.resolve("classpath"), library.toString());
    Files.writeString(module.jar(), "");
    return module;
  }
}

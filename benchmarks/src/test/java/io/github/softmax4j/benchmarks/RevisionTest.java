package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionTest {

  @TempDir private Path directory;

  private Path repository;

  @BeforeEach
  void commitTwice() throws IOException {
    repository = Files.createDirectories(directory.resolve("repository"));
    git("init", "-q");
    for (String text : List.of("first", "second")) {
      Files.writeString(repository.resolve("file"), text);
      git("add", "file");
      git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", text);
    }
  }

  @Test
  void namesStandForCommits() throws IOException {
    assertEquals(git("rev-parse", "HEAD"), Revision.of(repository, "HEAD").id());
    assertEquals(git("rev-parse", "HEAD~1"), Revision.of(repository, "HEAD~1").id());
  }

  @Test
  void whatIsNoRevisionIsNamed() {
    RunFailedException e =
        assertThrows(RunFailedException.class, () -> Revision.of(repository, "nowhere"));
    assertEquals("nowhere is no revision of " + repository, e.getMessage());
  }

  @Test
  void filesAreThoseOfTheRevisionAndNoWorktreeIsLeft() throws IOException {
    Path copy = directory.resolve("copy");
    Revision.of(repository, "HEAD~1").extractTo(copy);
    assertEquals("first", Files.readString(copy.resolve("file")));
    assertEquals("second", Files.readString(repository.resolve("file")));
    assertEquals(1, git("worktree", "list").lines().count());
    assertEquals("", git("status", "--porcelain"));
  }

  private String git(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, ChildJvm.waitFor(process), said);
    return said.trim();
  }
}

package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A commit of a git repository.
 *
 * @param repository a directory in its working tree
 * @param id all digits of the commit
 */
record Revision(Path repository, String id) {

  /**
   * The commit that git understands by a name.
   *
   * @throws RunFailedException with git's words if there is none
   */
  static Revision of(Path repository, String name) throws IOException {
    String commit = name + "^{commit}";
    Process git =
        new ProcessBuilder(
                "git", "-C", repository.toString(), "rev-parse", "--verify", "--quiet", commit)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String id = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (ChildJvm.waitFor(git) != 0) {
      throw new RunFailedException(name + " is no revision of " + repository);
    }
    return new Revision(repository, id);
  }

  /** Copies its files to a directory, of which git takes no notice: it is no worktree. */
  void extractTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Process> pipeline =
        ProcessBuilder.startPipeline(
            List.of(
                new ProcessBuilder("git", "-C", repository.toString(), "archive", id)
                    .redirectError(ProcessBuilder.Redirect.INHERIT),
                new ProcessBuilder("tar", "-x", "-C", directory.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)));
    for (Process process : pipeline) {
      if (ChildJvm.waitFor(process) != 0) {
        throw new RunFailedException("cannot extract " + id);
      }
    }
  }
}

package io.github.softmax4j;

/** Names that the code of documents uses without a declaration. */
public abstract class SnippetNames {
  protected final int rows = 4;

  public abstract void run() throws Exception;
}

package io.github.softmax4j;

/** The text of a set of options: its name, and the options that are set. */
final class OptionsText {

  private final StringBuilder text;

  private String separator = "[";

  OptionsText(String name) {
    text = new StringBuilder(name);
  }

  OptionsText add(String name, Object value) {
    text.append(separator).append(name).append('=').append(value);
    separator = ", ";
    return this;
  }

  OptionsText addIf(boolean isSet, String name, Object value) {
    return isSet ? add(name, value) : this;
  }

  @Override
  public String toString() {
    return separator.equals("[") ? text + "[]" : text + "]";
  }
}

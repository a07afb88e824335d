package io.github.softmax4j.benchmarks;

import java.util.List;

/** All that a run of {@link WarmupCommand} found, as it is written to a file. */
record WarmupResults(Environment environment, List<WarmupRun> jvms) {}

package io.muster.cli;

import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster version}. */
@Command(
        name = "version",
        description = "Show the versions of Muster and of the Java it runs on.",
        footer = {"", "Examples:", "  muster version", "  muster version --json"})
final class VersionCommand implements Runnable {

    @Mixin
    private Output output;

    @Override
    public void run() {
        Versions versions = new Versions(
                Objects.requireNonNullElse(getClass().getPackage().getImplementationVersion(), "development"),
                Runtime.version().toString());
        output.print(versions, () -> "Muster %s on Java %s".formatted(versions.muster(), versions.java()));
    }

    private record Versions(String muster, String java) {}
}

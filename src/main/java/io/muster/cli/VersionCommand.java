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
        Versions versions = Versions.here();
        output.print(versions, versions::text);
    }

    /** The version of Muster. */
    static String number() {
        return Versions.here().muster();
    }

    /** The versions in one line. */
    static String text() {
        return Versions.here().text();
    }

    private record Versions(String muster, String java) {

        static Versions here() {
            return new Versions(
                    Objects.requireNonNullElse(
                            VersionCommand.class.getPackage().getImplementationVersion(), "development"),
                    Runtime.version().toString());
        }

        String text() {
            return "Muster %s on Java %s".formatted(muster, java);
        }
    }
}

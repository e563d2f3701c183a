package io.muster.cli;

import io.muster.app.InterceptInput;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of an intercept, to be mixed in. The word none takes a setting away. */
final class InterceptOptions {

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIRECTORY",
            description =
                    "The directory it insists on, by id or name: that of its project or none. Default: as the project.")
    private @Nullable String directory;

    @Option(names = "--survey", paramLabel = "SV_…", description = "The survey it invites to.")
    private @Nullable String survey;

    @Option(
            names = "--target",
            paramLabel = "FILE",
            description = "Who it is for: tests of segments in groups, as YAML or JSON. Default: everybody.")
    private @Nullable Path target;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "Where it is shown: tests of url and device in groups, as YAML or JSON. Default: everywhere.")
    private @Nullable Path page;

    @Option(names = "--frequency", paramLabel = "on|off", description = "Whether frequency rules apply. Default: on.")
    private @Nullable Switch frequency;

    @Option(
            names = "--link",
            paramLabel = "on|off",
            description = "Whether it uses the directory of its project. Default: as the project.")
    private @Nullable Switch link;

    @Option(
            names = "--list-based",
            negatable = true,
            description = "It gives way to older intercepts of this kind. Default: no.")
    private @Nullable Boolean listBased;

    @Option(names = "--starts", paramLabel = "TIME", description = "The first moment it is shown, as ISO 8601.")
    private @Nullable String starts;

    @Option(names = "--ends", paramLabel = "TIME", description = "The first moment after that, as ISO 8601.")
    private @Nullable String ends;

    @Option(names = "--sample", paramLabel = "PERCENT", description = "The share of visitors it is for. Default: 100.")
    private @Nullable String sample;

    @Option(
            names = "--hold-out",
            paramLabel = "PERCENT",
            description = "The share of references held out of it. Default: 0.")
    private @Nullable String holdOut;

    @Option(
            names = "--when-unknown",
            paramLabel = "show|hide",
            description = "What happens to a reference that the directory does not know. Default: hide.")
    private @Nullable String whenUnknown;

    @Option(
            names = "--when-unavailable",
            paramLabel = "show|hide",
            description = "What happens while the contacts cannot be read. Default: hide.")
    private @Nullable String whenUnavailable;

    @Option(
            names = "--creative",
            paramLabel = "FILE",
            description = "What a visitor sees: type, title, text, button, url, target, as YAML or JSON.")
    private @Nullable Path creative;

    InterceptInput input(@Nullable String name) {
        return new InterceptInput(
                name,
                directory,
                link == null ? null : link.isOn(),
                survey,
                text(target),
                text(page),
                frequency == null ? null : frequency.isOn(),
                listBased,
                starts,
                ends,
                sample,
                holdOut,
                whenUnknown,
                whenUnavailable,
                text(creative));
    }

    private static @Nullable String text(@Nullable Path file) {
        return file == null
                ? null
                : file.toString().equals(InterceptInput.NONE) ? InterceptInput.NONE : ConditionFile.read(file);
    }
}

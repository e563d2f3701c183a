package io.muster.cli;

import io.muster.app.FrequencyForecasts;
import io.muster.app.RecomputedView;
import io.muster.app.RecomputedView.Difference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster frequency recompute}. */
@Command(
        name = "recompute",
        description = {
            "Compute all next eligible times of a directory anew, for intercepts.",
            "",
            "They are kept up to date by themselves. With --verify they are computed and compared with the stored"
                    + " ones, which stay as they are: exit code 1 and the differences when they are not equal."
        },
        footer = {
            "",
            "Examples:",
            "  muster frequency recompute --directory Customers",
            "  muster frequency recompute --directory Customers --verify --json"
        })
final class FrequencyRecomputeCommand extends AppCommands implements Callable<Integer> {

    private static final Listing<Difference> DIFFERENCES = new Listing<Difference>("No difference.")
            .column("CONTACT", Difference::contact)
            .column("SURVEY", Difference::survey)
            .column("STORED", Difference::stored)
            .column("COMPUTED", Difference::computed);

    @Mixin
    private DirectoryOption directory;

    @Option(names = "--verify", description = "Compare with the stored times and change nothing.")
    private boolean verify;

    @Mixin
    private Output output;

    private int exit;

    FrequencyRecomputeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        ask(FrequencyForecasts.class, forecasts -> {
            RecomputedView answer = verify ? forecasts.verify(directory.name()) : forecasts.recompute(directory.name());
            output.print(answer, () -> text(answer));
            exit = answer.differing() == 0 ? 0 : 1;
        });
        if (exit != 0) {
            terminal().text().flush();
            terminal()
                    .notes()
                    .println("Cannot call the stored times right: they differ from what is computed. The command"
                            + " frequency recompute computes them anew.");
        }

        return exit;
    }

    private String text(RecomputedView answer) {
        if (!verify) {
            return "Computed the next eligible times: %d contacts are held back.".formatted(answer.contacts());
        }

        return answer.differing() == 0
                ? "The stored times of %d contacts are as they are computed.".formatted(answer.contacts())
                : "%d times differ:\n%s".formatted(answer.differing(), DIFFERENCES.text(answer.differences()));
    }
}

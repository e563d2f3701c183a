package io.muster.web.console;

import io.muster.web.console.provider.ProviderProblem;
import io.muster.web.console.provider.SignInWays;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a sign-in with the provider failed, in the words of the page; addresses carry one word of it. */
enum SignInProblem {
    UNREACHABLE("%s cannot be reached. Try again later."),
    DENIED("%s did not let you sign in."),
    EXPIRED("The sign-in with %s took too long, or began in another browser or tab. Begin it again here."),
    WRONG("The answer of %s was not accepted. Try again. If it fails again, tell an administrator of Muster."),
    NOT_AGAIN(
            "%s did not confirm that you signed in again. Try again. If it fails again, tell an administrator of Muster."),
    OTHER("You signed in with %s as another user than here. Sign out here first."),
    LATER("Too many sign-ins with %s have failed. Try again in a minute.");

    private final String text;

    SignInProblem(String text) {
        this.text = text;
    }

    static SignInProblem of(ProviderProblem.Kind kind) {
        return switch (kind) {
            case UNREACHABLE -> UNREACHABLE;
            case DENIED -> DENIED;
            case EXPIRED -> EXPIRED;
            case WRONG -> WRONG;
            case NOT_AGAIN -> NOT_AGAIN;
        };
    }

    /** As an address carries it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The sentence for a word of an address; empty for any other word, and where there is no provider. */
    static Optional<String> text(String word, SignInWays ways) {
        return ways.provider()
                .flatMap(provider -> Arrays.stream(values())
                        .filter(problem -> problem.word().equals(word))
                        .findFirst()
                        .map(problem -> problem.text.formatted(provider.name())));
    }
}

package io.muster.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Those who ask all the time about the contacts of {@link TestSnapshots}, and what they were answered. */
final class Visitors implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLIENTS = 3;
    private static final String BEGIN = "200{\"snapshot\":\"";

    private final Asking asking;
    private final int contacts;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong asked = new AtomicLong();
    private final List<CompletableFuture<List<String>>> all;

    /** Asks for a decision by its query. */
    @FunctionalInterface
    interface Asking {

        HttpResponse<String> ask(String query) throws IOException, InterruptedException;
    }

    Visitors(int contacts, Asking asking) {
        this.contacts = contacts;
        this.asking = asking;
        this.all = Stream.generate(() -> CompletableFuture.supplyAsync(this::ask))
                .limit(CLIENTS)
                .toList();
    }

    private List<String> ask() {
        List<String> answers = new ArrayList<>();
        try {
            while (!done.get()) {
                HttpResponse<String> answer =
                        asking.ask("project=" + TestSnapshots.PROJECT + "&ref=C-" + answers.size() % contacts);
                answers.add(answer.statusCode() + answer.body());
                asked.incrementAndGet();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }

        return answers;
    }

    /** Waits until some more have been answered. */
    void more() {
        long before = asked.get();
        await().atMost(SOON).until(() -> asked.get() > before + 100);
    }

    /** Ends, and sees that every answer fits the version that it names. */
    void check(Map<String, Boolean> shows) {
        more();
        done.set(true);
        for (CompletableFuture<List<String>> one : all) {
            List<String> answers = one.join();
            assertThat(answers).isNotEmpty().allSatisfy(answer -> {
                assertThat(answer).startsWith(BEGIN);
                String version = version(answer);
                assertThat(shows).containsKey(version);
                assertThat(answer).contains("\"show\":" + shows.get(version));
            });
            assertThat(answers.stream().map(Visitors::version))
                    .as("versions never go back")
                    .isSorted();
        }
    }

    private static String version(String answer) {
        return answer.substring(BEGIN.length(), answer.indexOf('"', BEGIN.length()));
    }

    @Override
    public void close() {
        done.set(true);
    }
}

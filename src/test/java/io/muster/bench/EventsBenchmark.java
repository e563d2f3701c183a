package io.muster.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends JSON events at a rate, as another system does, and says how many were accepted and how long callers waited. Run by
 * {@code src/bench/events}.
 */
final class EventsBenchmark {

    private static final int AT_ONCE = 256;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong waited = new AtomicLong();
    private final String address;
    private final String token;
    private final int contacts;

    private EventsBenchmark(String address, String token, int contacts) {
        this.address = address;
        this.token = token;
        this.contacts = contacts;
    }

    /** Address of the event, token, rate a second, seconds, contacts that the events are about. */
    public static void main(String[] arguments) throws InterruptedException {
        EventsBenchmark benchmark = new EventsBenchmark(arguments[0], arguments[1], Integer.parseInt(arguments[4]));
        benchmark.run(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }

    private void run(int rate, int seconds) throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + Duration.ofSeconds(seconds).toNanos();
        for (long n = 0; System.nanoTime() < end; n++) {
            long due = begun + n * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }

            free.acquire();
            send(n);
        }

        free.acquire(AT_ONCE);
        double took = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "{\"accepted\":%d,\"refused\":%d,\"seconds\":%.1f,\"acceptedPerSecond\":%.0f,\"meanAnswerMillis\":%.2f}%n",
                accepted.get(),
                refused.get(),
                took,
                accepted.get() / took,
                waited.get() / 1e6 / Math.max(1, accepted.get() + refused.get()));
    }

    private void send(long n) {
        String body = """
                {"order":{"id":%d,"at":"2026-03-01T10:00:00Z","total":12.5},"customer":{"id":"C-%d","email":"p%d@example.org"}}""".formatted(n, n % contacts, n % contacts);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/json")
                .header("X-API-TOKEN", token)
                .POST(BodyPublishers.ofString(body))
                .build();
        long sent = System.nanoTime();
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, BodyHandlers.discarding());
        var ignored = answer.handle((response, failure) -> {
            boolean ok = failure == null && response.statusCode() == 202;
            long counted = (ok ? accepted : refused).incrementAndGet();
            long total = waited.addAndGet(System.nanoTime() - sent);
            free.release();
            return total / counted;
        });
    }
}

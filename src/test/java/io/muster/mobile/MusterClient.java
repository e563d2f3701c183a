package io.muster.mobile;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks Muster which intercepts the visitor of an app sees, and reports what was displayed and clicked.
 *
 * <p>One file without dependencies, in the language and library of Java 8 (on Android API level 26): copy it into the app and
 * change its package. An app has one client, for as long as it runs:
 *
 * <pre>{@code
 * MusterClient muster = MusterClient.of("https://muster.example.com", "ZN_6aYqWm0TFYfRbQ1")
 *         .reference("C-1001")
 *         .queue(new File(getFilesDir(), "muster.queue"))
 *         .start();
 * muster.evaluate("SI_3kcvJ8l2PzVt5Xa").thenAcceptAsync(show -> {
 *     if (show) {
 *         MusterClient.Impression impression = muster.recordImpression("SI_3kcvJ8l2PzVt5Xa");
 *         …
 *         muster.recordClick(impression, MusterClient.Click.CLICKED);
 *     }
 * }, getMainExecutor());
 * }</pre>
 *
 * <p>Nothing here throws into the app or waits for the network, but {@link Builder#start()}, which throws when the address or
 * the id of the project is malformed. Evaluating never counts as a display. What is recorded waits in a file while the app is
 * offline, and is sent until the server has accepted it; the server counts each impression once, however often it is sent.
 */
@SuppressWarnings({"PatternMatchingInstanceof", "StatementSwitchToExpressionSwitch"}) // Not in Java 8.
public final class MusterClient implements AutoCloseable {

    /** What is kept while it cannot be sent; beyond it the oldest is dropped. */
    static final int MOST_WAITING = 1_000;

    private static final String DISPLAYS = "/v1/displays";
    private static final String CLICKS = "/v1/clicks";
    private static final String VISITORS = "/v1/visitors";
    private static final String DECISIONS = "/v1/decisions";
    private static final int MOST_IN_A_CALL = 100;
    private static final int MOST_ANSWER = 256 * 1_024;
    private static final int MOST_THREADS = 8;
    private static final int LONGEST_REFERENCE = 255;
    private static final int DRAWS = 10_000;
    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toMillis(5);
    private static final long LONGEST_RETRY_AFTER = TimeUnit.HOURS.toMillis(1);
    /** The server dates later ones at their receipt. */
    private static final long OLDEST = TimeUnit.DAYS.toMillis(30);

    private final String address;
    private final String decisions;
    private final String project;
    private final String device;
    private final boolean creates;
    private final long timeout;
    private final Consumer<String> log;
    private final Waiting waiting;
    private final Lane events;
    private final Lane visitors;
    private final Lane questions;
    /** Without a reference, samples are drawn with it for as long as the app runs. */
    private final int draw = new Random().nextInt(DRAWS);

    private final ThreadPoolExecutor work;
    private final ScheduledThreadPoolExecutor timer;
    private final Object sending = new Object();
    private final Object state = new Object();
    private Visitor visitor = Visitor.NOBODY;
    private Visitor toCreate = Visitor.NOBODY;
    private boolean isSendingWanted;
    private Future<?> again = new CompletableFuture<>();

    private MusterClient(Builder builder) {
        address = builder.address;
        decisions = builder.decisions.isEmpty() ? builder.address : builder.decisions;
        project = builder.project;
        device = builder.device;
        creates = builder.creates;
        timeout = builder.timeout;
        log = builder.log;
        events = new Lane(builder.firstPause);
        visitors = new Lane(builder.firstPause);
        questions = new Lane(0);
        waiting = new Waiting(builder.queue, this::say);
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "muster");
            thread.setDaemon(true);
            return thread;
        };
        work = new ThreadPoolExecutor(0, MOST_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons);
        timer = new ScheduledThreadPoolExecutor(1, daemons);
        timer.setRemoveOnCancelPolicy(true);
        become(Visitor.of(builder.reference, builder.signature, this::say));
    }

    /**
     * Describes a client.
     *
     * @param address of the server, such as {@code https://muster.example.com}
     * @param project its id, such as {@code ZN_6aYqWm0TFYfRbQ1}
     */
    public static Builder of(String address, String project) {
        return new Builder(address, project);
    }

    /** What the visitor did with what was displayed. */
    public enum Click {
        /** Followed it. */
        CLICKED("clicked"),
        /** Closed it. */
        DISMISSED("dismissed"),
        /** Began the survey. */
        STARTED("started"),
        /** Finished the survey. */
        ANSWERED("answered");

        private final String word;

        Click(String word) {
            this.word = word;
        }
    }

    /** An intercept was displayed; clicks refer to it. */
    public static final class Impression {

        private final String id;
        private final String intercept;
        private final Visitor visitor;

        private Impression(String id, String intercept, Visitor visitor) {
            this.id = id;
            this.intercept = intercept;
            this.visitor = visitor;
        }

        /** Its own id. */
        public String id() {
            return id;
        }
    }

    /**
     * Says who uses the app from now on, for instance after a login.
     *
     * @param reference the customer's reference in the directory; empty for none
     */
    public void identify(String reference) {
        identify(reference, "");
    }

    /**
     * Says who uses the app from now on, in a project with signatures.
     *
     * @param signature lower-case hexadecimal HMAC-SHA256 of the reference, computed by the app's own server: the secret is
     *     never in the app
     */
    public void identify(String reference, String signature) {
        become(Visitor.of(reference, signature, this::say));
    }

    /** Nobody uses the app from now on, for instance after a logout. */
    public void forget() {
        become(Visitor.NOBODY);
    }

    private void become(Visitor next) {
        synchronized (state) {
            if (creates && !next.reference.equals(visitor.reference)) {
                toCreate = next;
            }

            visitor = next;
        }

        send();
    }

    private Visitor visitor() {
        synchronized (state) {
            return visitor;
        }
    }

    /** Whether to show an intercept; false when that is not known in time. */
    public CompletableFuture<Boolean> evaluate(String intercept) {
        if (!isId("SI_", intercept)) {
            say(intercept + " is no id of an intercept; it is not shown");
            return CompletableFuture.completedFuture(false);
        }

        return ask(intercept).thenApply(shown -> shown.getOrDefault(intercept, false));
    }

    /** All intercepts of the project, the oldest first, and whether to show them; empty when that is not known in time. */
    public CompletableFuture<Map<String, Boolean>> evaluateProject() {
        return ask("");
    }

    private CompletableFuture<Map<String, Boolean>> ask(String intercept) {
        CompletableFuture<Map<String, Boolean>> answer = new CompletableFuture<>();
        if (questions.mustWait() > 0) {
            answer.complete(Collections.emptyMap());
            return answer;
        }

        Visitor asked = visitor();
        String question = new Json()
                .add("project", project)
                .add("ref", asked.reference)
                .add("sig", asked.signature)
                .add("intercept", intercept)
                .add("device", device)
                .add("draw", Integer.toString(draw))
                .text();
        Future<?> end = later(timeout, () -> whenPossible(() -> answer.complete(Collections.emptyMap())));
        try {
            work.execute(() -> {
                Map<String, Boolean> shown = answerTo(question);
                end.cancel(false);
                answer.complete(shown);
            });
        } catch (RejectedExecutionException tooMany) {
            answer.complete(Collections.emptyMap());
        }

        return answer;
    }

    private Map<String, Boolean> answerTo(String question) {
        try {
            Answer answer = post(decisions + DECISIONS, question);
            if (answer.status == HttpURLConnection.HTTP_OK) {
                return shown(JsonReader.read(answer.body));
            }

            questions.failed(answer);
            say("Decisions were answered " + answer.status);
        } catch (IOException | RuntimeException e) {
            say("Decisions could not be asked for: " + e);
        }

        return Collections.emptyMap();
    }

    private static Map<String, Boolean> shown(Object answer) {
        Map<String, Boolean> shown = new LinkedHashMap<>();
        for (Object one : JsonReader.list(JsonReader.field(answer, "decisions"))) {
            Object intercept = JsonReader.field(one, "intercept");
            if (intercept instanceof String) {
                shown.put((String) intercept, Boolean.TRUE.equals(JsonReader.field(one, "show")));
            }
        }

        return shown;
    }

    /** To be called when an intercept is on the screen. */
    public Impression recordImpression(String intercept) {
        Impression impression = new Impression(UUID.randomUUID().toString(), intercept, visitor());
        record(DISPLAYS, impression, "");
        return impression;
    }

    /** To be called when the visitor did something with it. */
    public void recordClick(Impression impression, Click click) {
        if (impression == null || click == null) {
            say("A click without an impression or its kind; nothing is reported");
            return;
        }

        record(CLICKS, impression, click.word);
    }

    private void record(String path, Impression impression, String kind) {
        if (!isId("SI_", impression.intercept)) {
            say(impression.intercept + " is no id of an intercept; nothing is reported");
            return;
        }

        long now = System.currentTimeMillis();
        String event = new Json()
                .add("id", impression.id)
                .add("project", project)
                .add("intercept", impression.intercept)
                .add("ref", impression.visitor.reference)
                .add("sig", impression.visitor.signature)
                .add("at", now)
                .add("channel", "app")
                .add("kind", kind)
                .text();
        waiting.add(new Event(now, path, event));
        send();
    }

    /** How many events wait to be sent. */
    public int waiting() {
        return waiting.size();
    }

    /**
     * Sends what waits, for instance because the device is online again; by itself the client tries again after a pause. The
     * answer is how many events still wait.
     */
    public CompletableFuture<Integer> flush() {
        events.hurry();
        visitors.hurry();
        CompletableFuture<Integer> left = new CompletableFuture<>();
        try {
            work.execute(() -> {
                sendAll();
                left.complete(waiting.size());
            });
        } catch (RejectedExecutionException tooMany) {
            left.complete(waiting.size());
        }

        return left;
    }

    /** Ends it, and leaves the file alone: what still waits is sent by the next client with the same file. */
    @Override
    public void close() {
        waiting.close();
        work.shutdownNow();
        timer.shutdown();
    }

    private void send() {
        synchronized (state) {
            if (isSendingWanted) {
                return;
            }

            isSendingWanted = true;
        }

        try {
            work.execute(this::sendAll);
        } catch (RejectedExecutionException tooMany) {
            synchronized (state) {
                isSendingWanted = false;
            }

            sendAfter(events.firstPause);
        }
    }

    private void sendAfter(long pause) {
        synchronized (state) {
            again.cancel(false);
            again = later(pause, this::send);
        }
    }

    private void sendAll() {
        synchronized (sending) {
            synchronized (state) {
                isSendingWanted = false;
            }

            sendVisitor();
            sendEvents();
        }

        long pause = Math.min(
                toCreate().reference.isEmpty() ? Long.MAX_VALUE : visitors.mustWait(),
                waiting.size() == 0 ? Long.MAX_VALUE : events.mustWait());
        if (pause < Long.MAX_VALUE) {
            sendAfter(pause);
        }
    }

    private Visitor toCreate() {
        synchronized (state) {
            return toCreate;
        }
    }

    /** A contact is to be there before its first display. */
    private void sendVisitor() {
        Visitor next = toCreate();
        if (next.reference.isEmpty() || visitors.mustWait() > 0) {
            return;
        }

        Answer answer = answer(
                VISITORS,
                new Json()
                        .add("project", project)
                        .add("ref", next.reference)
                        .add("sig", next.signature)
                        .add("platform", "mobile")
                        .text());
        if (answer.isToBeRepeated()) {
            visitors.failed(answer);
            return;
        }

        visitors.succeeded();
        synchronized (state) {
            if (toCreate == next) {
                toCreate = Visitor.NOBODY;
            }
        }
    }

    private void sendEvents() {
        waiting.dropBefore(System.currentTimeMillis() - OLDEST);
        int single = 0;
        while (events.mustWait() <= 0 && !work.isShutdown()) {
            List<Event> batch = waiting.next(single > 0 ? 1 : MOST_IN_A_CALL);
            if (batch.isEmpty()) {
                return;
            }

            single = Math.max(0, single - 1);
            Answer answer = answer(batch.get(0).path, Event.list(batch));
            if (answer.status == HttpURLConnection.HTTP_ACCEPTED) {
                waiting.remove(batch);
                events.succeeded();
            } else if (!answer.isRefused()) {
                events.failed(answer);
                say("Events were answered " + answer.status + "; they are sent again later");
            } else if (batch.size() > 1) {
                // Nothing of a refused call was accepted: the one that is wrong must not keep the others.
                single = batch.size();
            } else {
                waiting.remove(batch);
                say("An event was refused and is not sent again: " + answer.body);
            }
        }
    }

    private Answer answer(String path, String body) {
        try {
            return post(address + path, body);
        } catch (IOException | RuntimeException e) {
            say("The server could not be reached: " + e);
            return new Answer(0, 0, "");
        }
    }

    private Answer post(String url, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        // Each read may be in time, and their sum not.
        Future<?> end = later(timeout, connection::disconnect);
        boolean isWhole = false;
        try {
            connection.setConnectTimeout((int) timeout);
            connection.setReadTimeout((int) timeout);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }

            int status = connection.getResponseCode();
            String text = text(connection, status);
            isWhole = true;
            return new Answer(status, retryAfter(connection), text);
        } finally {
            end.cancel(false);
            if (!isWhole) {
                connection.disconnect();
            }
        }
    }

    private static String text(HttpURLConnection connection, int status) throws IOException {
        try (InputStream in = status < HttpURLConnection.HTTP_BAD_REQUEST
                ? connection.getInputStream()
                : connection.getErrorStream()) {
            if (in == null) {
                return "";
            }

            byte[] bytes = new byte[MOST_ANSWER];
            int length = 0;
            for (int read = in.read(bytes); read > 0; read = in.read(bytes, length, MOST_ANSWER - length)) {
                length += read;
                if (length == MOST_ANSWER) {
                    throw new IOException("the answer is larger than " + MOST_ANSWER + " bytes");
                }
            }

            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
    }

    private static long retryAfter(HttpURLConnection connection) {
        int seconds = connection.getHeaderFieldInt("Retry-After", 0);
        return Math.min(Math.max(0, TimeUnit.SECONDS.toMillis(seconds)), LONGEST_RETRY_AFTER);
    }

    private Future<?> later(long milliseconds, Runnable task) {
        try {
            return timer.schedule(task, milliseconds, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            return new CompletableFuture<>();
        }
    }

    /** What the app does with an answer must not hold the timer up. */
    private void whenPossible(Runnable task) {
        try {
            work.execute(task);
        } catch (RejectedExecutionException tooMany) {
            task.run();
        }
    }

    private void say(String text) {
        try {
            log.accept(text);
        } catch (RuntimeException ignored) {
            // The app's log is the app's matter.
        }
    }

    private static boolean isId(String prefix, String text) {
        return text != null && text.matches(prefix + "[0-9A-Za-z]{15}");
    }

    /** How a client is to be. */
    public static final class Builder {

        private final String address;
        private final String project;
        private String decisions = "";
        private String reference = "";
        private String signature = "";
        private String device = "mobile";
        private boolean creates = true;
        private long timeout = 3_000;
        private long firstPause = 1_000;
        private Consumer<String> log = text -> {};
        private Optional<File> queue = Optional.empty();

        private Builder(String address, String project) {
            this.address = address;
            this.project = project;
        }

        /** Who uses the app, as the directory knows him; empty or a placeholder while nobody is logged in. */
        public Builder reference(String text) {
            reference = text;
            return this;
        }

        /** The signature of the reference, as the app's own server computed it; for projects with signatures. */
        public Builder signature(String text) {
            signature = text;
            return this;
        }

        /** Where what is recorded waits, in a folder of the app's own; one client uses it. Without it, it waits in memory. */
        public Builder queue(File file) {
            queue = Optional.of(file);
            return this;
        }

        /** Where decisions are answered, when that is not the server itself. */
        public Builder decisionsAt(String evaluator) {
            decisions = evaluator;
            return this;
        }

        /** {@code mobile}, which is usual, or {@code tablet}. */
        public Builder device(String word) {
            device = word;
            return this;
        }

        /** Whoever is not known is not added to the directory, whatever the project says: he asked not to be tracked. */
        public Builder withoutCreation() {
            creates = false;
            return this;
        }

        /** How long an answer is waited for; usually three seconds. */
        public Builder timeout(long milliseconds) {
            timeout = milliseconds;
            return this;
        }

        /** Receives what went wrong, for developers; it names no person. */
        public Builder log(Consumer<String> receiver) {
            log = receiver;
            return this;
        }

        /** The pause after a first failure; it doubles with each. */
        Builder firstPause(long milliseconds) {
            firstPause = milliseconds;
            return this;
        }

        /**
         * Starts it.
         *
         * @throws IllegalArgumentException when an address or the id of the project is malformed
         */
        public MusterClient start() {
            if (!isId("ZN_", project)) {
                throw new IllegalArgumentException(project + " is no id of a project: ZN_ and 15 letters and digits");
            }

            for (String one : Arrays.asList(address, decisions.isEmpty() ? address : decisions)) {
                if (!one.matches("https?://[^/?#\\s]+")) {
                    throw new IllegalArgumentException(one + " is no address such as https://muster.example.com");
                }
            }

            if (!device.matches("mobile|tablet|desktop")) {
                throw new IllegalArgumentException(device + " is none of mobile, tablet, desktop");
            }

            return new MusterClient(this);
        }
    }

    /** Who uses the app; both are empty when that is not known. */
    private static final class Visitor {

        static final Visitor NOBODY = new Visitor("", "");

        final String reference;
        final String signature;

        private Visitor(String reference, String signature) {
            this.reference = reference;
            this.signature = signature;
        }

        static Visitor of(String reference, String signature, Consumer<String> log) {
            String trimmed = reference == null ? "" : reference.trim();
            if (trimmed.codePointCount(0, trimmed.length()) > LONGEST_REFERENCE
                    || trimmed.chars().anyMatch(Character::isISOControl)) {
                log.accept("A reference is longer than 255 characters or has control characters; nobody is known");
                return NOBODY;
            }

            return trimmed.isEmpty() ? NOBODY : new Visitor(trimmed, signature == null ? "" : signature);
        }
    }

    /**
     * What a server answered.
     *
     * <p>Its status is 0 when there was no answer.
     */
    private static final class Answer {

        final int status;
        final long retryAfter;
        final String body;

        Answer(int status, long retryAfter, String body) {
            this.status = status;
            this.retryAfter = retryAfter;
            this.body = body;
        }

        boolean isRefused() {
            return status == HttpURLConnection.HTTP_BAD_REQUEST || status == HttpURLConnection.HTTP_ENTITY_TOO_LARGE;
        }

        /** Of a call that nothing depends on. */
        boolean isToBeRepeated() {
            boolean isWrong = status >= 400 && status < 500 && status != 429;
            return status != HttpURLConnection.HTTP_ACCEPTED && !isWrong;
        }
    }

    /** One kind of call: when it may be made again after a failure. */
    private static final class Lane {

        private final long firstPause;
        private final Random random = new Random();
        private int failures;
        private long pauseUntil = System.nanoTime();
        private long refusedUntil = pauseUntil;

        /** @param firstPause milliseconds; 0 when only the server says how long to wait */
        Lane(long firstPause) {
            this.firstPause = firstPause;
        }

        /** Milliseconds; 0 or less when it may be made now. */
        synchronized long mustWait() {
            long now = System.nanoTime();
            long left = Math.max(pauseUntil - now, refusedUntil - now);
            return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
        }

        /** The pause is over, but not what the server asked for. */
        synchronized void hurry() {
            pauseUntil = System.nanoTime();
        }

        synchronized void succeeded() {
            failures = 0;
        }

        synchronized void failed(Answer answer) {
            // All devices that lost the server together are not to come back together.
            long pause = Math.min(LONGEST_PAUSE, firstPause << Math.min(failures, 20));
            pauseUntil = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(pause / 2 + (long) (random.nextDouble() * pause / 2));
            refusedUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(answer.retryAfter);
            failures++;
        }
    }

    /** Something to report. */
    private static final class Event {

        final long at;
        final String path;
        final String json;

        Event(long at, String path, String json) {
            this.at = at;
            this.path = path;
            this.json = json;
        }

        static Optional<Event> ofLine(String line) {
            String[] parts = line.split(" ", 3);
            boolean isEvent = parts.length == 3
                    && parts[0].matches("[0-9]{1,15}")
                    && (parts[1].equals(DISPLAYS) || parts[1].equals(CLICKS))
                    && parts[2].startsWith("{")
                    && parts[2].endsWith("}");
            return isEvent ? Optional.of(new Event(Long.parseLong(parts[0]), parts[1], parts[2])) : Optional.empty();
        }

        String line() {
            return at + " " + path + " " + json + "\n";
        }

        static String list(Collection<Event> events) {
            StringBuilder list = new StringBuilder("[");
            for (Event event : events) {
                list.append(list.length() == 1 ? "" : ",").append(event.json);
            }

            return list.append(']').toString();
        }
    }

    /**
     * What waits, the oldest first: in memory, and in a file of one line for each. Lines are added as events come, so an app
     * that is killed loses none; the file is written anew when events have left.
     */
    private static final class Waiting {

        private static final String HEADER = "muster events 1";

        private final Set<Event> events = new LinkedHashSet<>();
        private final Consumer<String> log;
        private Optional<File> file;
        private int lines;

        Waiting(Optional<File> file, Consumer<String> log) {
            this.file = file;
            this.log = log;
            file.ifPresent(this::read);
        }

        private void read(File from) {
            if (from.length() == 0) {
                write();
                return;
            }

            Deque<Event> read = new ArrayDeque<>();
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(new FileInputStream(from), StandardCharsets.UTF_8))) {
                if (!HEADER.equals(reader.readLine())) {
                    throw new IOException("it is no file of waiting events");
                }

                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    Event.ofLine(line).ifPresent(read::add);
                    if (read.size() > MOST_WAITING) {
                        read.remove();
                    }
                }
            } catch (IOException e) {
                fail(e);
                return;
            }

            events.addAll(read);
            // The last line may have been cut off.
            write();
        }

        /** From now on nothing touches the file. */
        synchronized void close() {
            file = Optional.empty();
        }

        synchronized int size() {
            return events.size();
        }

        synchronized void add(Event event) {
            events.add(event);
            if (events.size() > MOST_WAITING) {
                events.remove(events.iterator().next());
                log.accept("More than " + MOST_WAITING + " events wait; the oldest was dropped");
            }

            if (lines >= 2 * MOST_WAITING) {
                write();
                return;
            }

            file.ifPresent(to -> {
                try (OutputStream out = new FileOutputStream(to, true)) {
                    out.write(event.line().getBytes(StandardCharsets.UTF_8));
                    lines++;
                } catch (IOException e) {
                    fail(e);
                }
            });
        }

        /** The oldest, and further ones for the same path. */
        synchronized List<Event> next(int most) {
            List<Event> next = new ArrayList<>();
            for (Event event : events) {
                if (next.size() < most && (next.isEmpty() || next.get(0).path.equals(event.path))) {
                    next.add(event);
                }
            }

            return next;
        }

        synchronized void remove(Collection<Event> sent) {
            sent.forEach(events::remove);
            write();
        }

        synchronized void dropBefore(long moment) {
            if (events.removeIf(event -> event.at < moment)) {
                log.accept("Events that are older than 30 days were dropped");
                write();
            }
        }

        private void write() {
            file.ifPresent(to -> {
                File next = new File(to.getPath() + ".new");
                StringBuilder text = new StringBuilder(HEADER).append('\n');
                events.forEach(event -> text.append(event.line()));
                try {
                    Files.write(next.toPath(), text.toString().getBytes(StandardCharsets.UTF_8));
                    Files.move(next.toPath(), to.toPath(), StandardCopyOption.REPLACE_EXISTING);
                    lines = events.size();
                } catch (IOException e) {
                    fail(e);
                }
            });
        }

        /** Reporting goes on without the file. */
        private void fail(IOException e) {
            log.accept("The file of waiting events cannot be used; they wait in memory: " + e);
            file = Optional.empty();
        }
    }

    /** Writes a JSON object, field by field. */
    private static final class Json {

        private final StringBuilder text = new StringBuilder("{");

        /** A field; nothing when the value is empty. */
        Json add(String name, String value) {
            return value.isEmpty() ? this : field(name, quoted(value));
        }

        Json add(String name, long value) {
            return field(name, Long.toString(value));
        }

        private Json field(String name, String value) {
            text.append(text.length() == 1 ? "" : ",")
                    .append(quoted(name))
                    .append(':')
                    .append(value);
            return this;
        }

        String text() {
            return text + "}";
        }

        private static String quoted(String value) {
            StringBuilder quoted = new StringBuilder("\"");
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '"' || c == '\\') {
                    quoted.append('\\').append(c);
                } else if (c < ' ' || Character.isSurrogate(c)) {
                    quoted.append(String.format("\\u%04x", (int) c));
                } else {
                    quoted.append(c);
                }
            }

            return quoted.append('"').toString();
        }
    }

    /** Reads JSON into maps, lists, texts, numbers, truth values and {@link #NOTHING}. */
    private static final class JsonReader {

        private static final Object NOTHING = new Object();
        private static final int DEEPEST = 20;

        private final String text;
        private int at;

        private JsonReader(String text) {
            this.text = text;
        }

        /** @throws IllegalArgumentException when it is not JSON */
        static Object read(String text) {
            JsonReader reader = new JsonReader(text);
            Object value = reader.value(0);
            if (reader.next() != 0) {
                throw reader.wrong();
            }

            return value;
        }

        static Object field(Object value, String name) {
            Object field = value instanceof Map ? ((Map<?, ?>) value).get(name) : NOTHING;
            return field == null ? NOTHING : field;
        }

        static List<?> list(Object value) {
            return value instanceof List ? (List<?>) value : Collections.emptyList();
        }

        private Object value(int depth) {
            char c = next();
            if (depth > DEEPEST) {
                throw wrong();
            } else if (c == '{') {
                return object(depth);
            } else if (c == '[') {
                return array(depth);
            } else if (c == '"') {
                return string();
            }

            int from = at;
            while (at < text.length()
                    && ("+-.".indexOf(text.charAt(at)) >= 0 || Character.isLetterOrDigit(text.charAt(at)))) {
                at++;
            }

            String word = text.substring(from, at);
            switch (word) {
                case "true":
                    return true;
                case "false":
                    return false;
                case "null":
                    return NOTHING;
                default:
                    return Double.valueOf(word);
            }
        }

        private Object object(int depth) {
            Map<String, Object> object = new LinkedHashMap<>();
            at++;
            boolean isFirst = true;
            while (goesOn(isFirst, '}')) {
                if (next() != '"') {
                    throw wrong();
                }

                String name = string();
                expect(':');
                object.put(name, value(depth + 1));
                isFirst = false;
            }

            return object;
        }

        private Object array(int depth) {
            List<Object> array = new ArrayList<>();
            at++;
            while (goesOn(array.isEmpty(), ']')) {
                array.add(value(depth + 1));
            }

            return array;
        }

        /** Whether another element follows; else the end was read. */
        private boolean goesOn(boolean isFirst, char end) {
            if (next() == end) {
                at++;
                return false;
            }

            if (!isFirst) {
                expect(',');
            }

            return true;
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return string.toString();
                }

                string.append(c == '\\' ? escaped() : c);
            }

            throw wrong();
        }

        private char escaped() {
            at++;
            char c = at < text.length() ? text.charAt(at) : 0;
            int plain = "\"\\/bfnrt".indexOf(c);
            if (plain >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(plain);
            }

            if (c != 'u' || at + 4 >= text.length()) {
                throw wrong();
            }

            at += 4;
            return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
        }

        private void expect(char c) {
            if (next() != c) {
                throw wrong();
            }

            at++;
        }

        /** What comes after blanks; 0 at the end. */
        private char next() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }

            return at < text.length() ? text.charAt(at) : 0;
        }

        private IllegalArgumentException wrong() {
            return new IllegalArgumentException("it is not the JSON that is expected, at character " + at);
        }
    }
}

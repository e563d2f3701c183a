package io.muster.extract.http;

import io.muster.extract.record.HttpRecords;
import io.muster.extract.record.HttpRecords.Basic;
import io.muster.extract.record.HttpRecords.Bearer;
import io.muster.extract.record.HttpRecords.Header;
import io.muster.extract.record.HttpRecords.Parameter;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for pages. A page counts when all of it has come: what is cut off, stalls or is refused for a time is asked for
 * again. Redirects are followed on the same host only, since secrets go with every request.
 */
final class PageClient implements AutoCloseable {

    private static final int MOST_REDIRECTS = 5;
    private static final long FREE_OF_RATIO = 64L << 20;

    private final HttpRecords spec;
    private final Map<String, String> environment;
    private final Tries tries;
    private final InstantSource clock;
    private final HttpClient client;

    PageClient(HttpRecords spec, Map<String, String> environment, Tries tries, InstantSource clock) {
        this.spec = spec;
        this.environment = environment;
        this.tries = tries;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(spec.timeout())
                .build();
    }

    /**
     * A page that has come whole.
     *
     * @param address where it was found, without secrets that were added
     * @param file its bytes, unpacked
     * @param size how many
     * @param hash of all bytes
     * @param links the headers that name other pages
     * @param content what it is made of
     */
    record Page(URI address, Path file, long size, String hash, List<String> links, Pages.Content content) {}

    /** Reads what has come, to see whether it is whole. */
    interface Check {

        Pages.Content of(Path file) throws IOException, PageBroken;
    }

    /**
     * A page.
     *
     * @param folder for its bytes, which the next page takes the place of
     * @param bound how many bytes it may have, unpacked
     * @param deadline when to give up, by the clock of {@link System#nanoTime}
     */
    Page page(URI address, Path folder, long bound, long deadline, Check check) {
        return tries.call("read a page", attempt -> page(address, folder, bound, deadline, check, 0), this::judge);
    }

    private Page page(URI address, Path folder, long bound, long deadline, Check check, int redirects)
            throws Exception {
        Path packed = folder.resolve("answer");
        Path file = folder.resolve("page");
        PageBody body = new PageBody(packed, bound);
        CompletableFuture<HttpResponse<Path>> asked = client.sendAsync(
                request(address), info -> info.statusCode() == 200 ? body : BodySubscribers.replacing(packed));
        HttpResponse<Path> answer;
        try {
            answer = awaited(asked, body, deadline);
        } finally {
            asked.cancel(true);
        }

        int status = answer.statusCode();
        if (status >= 300 && status < 400 && redirects < MOST_REDIRECTS) {
            URI target = onSameHost(answer.headers().firstValue("Location").orElse(""), address);
            return page(target, folder, bound, deadline, check, redirects + 1);
        }
        if (status == 204) {
            Files.write(packed, new byte[0]);
        } else if (status != 200) {
            throw new PageAnswered(
                    status,
                    Tries.retryAfter(answer.headers().firstValue("Retry-After").orElse(null), clock.instant()));
        }
        String hash = unpacked(
                packed, file, answer.headers().firstValue("Content-Encoding").orElse(""), bound);
        Pages.Content content = status == 204 ? new Pages.Content(0, null) : check.of(file);
        return new Page(address, file, Files.size(file), hash, answer.headers().allValues("Link"), content);
    }

    private HttpResponse<Path> awaited(CompletableFuture<HttpResponse<Path>> asked, PageBody body, long deadline)
            throws Exception {
        while (true) {
            try {
                return asked.get(200, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                long now = System.nanoTime();
                if (now - deadline > 0) {
                    throw tooLong();
                }
                if (now - body.lastMoved() > spec.timeout().toNanos()) {
                    throw new PageBroken("it has sent nothing for %d seconds"
                            .formatted(spec.timeout().toSeconds()));
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    Refusal tooLong() {
        return Refusal.failed(
                "LIMIT_PASSED",
                "Cannot read %s: it takes longer than limits.time (%s). Raise the limit, or ask for less."
                        .formatted(tries.location(), spec.limits().time()));
    }

    Refusal tooLarge() {
        return Refusal.failed(
                "LIMIT_PASSED",
                "Cannot read %s: its answers have more than limits.bytes (%,d), or unpack to an unlikely size. Raise the limit, or ask for less."
                        .formatted(tries.location(), spec.limits().bytes()));
    }

    private HttpRequest request(URI address) {
        try {
            URI target = address;
            if (spec.auth() instanceof Parameter parameter) {
                target = Address.with(address, parameter.name(), secret(parameter.value()));
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(target)
                    .GET()
                    .header("Accept-Encoding", "gzip")
                    .header("User-Agent", "Muster");
            spec.headers().forEach(request::setHeader);
            switch (spec.auth()) {
                case Bearer bearer -> request.setHeader("Authorization", "Bearer " + secret(bearer.token()));
                case Basic basic ->
                    request.setHeader(
                            "Authorization",
                            "Basic "
                                    + Base64.getEncoder()
                                            .encodeToString((basic.user() + ":" + secret(basic.password()))
                                                    .getBytes(StandardCharsets.UTF_8)));
                case Header header -> request.setHeader(header.name(), secret(header.value()));
                case Parameter ignored -> {}
                case null -> {}
            }
            return request.build();
        } catch (IllegalArgumentException e) {
            // Its message may repeat the secret.
            throw Refusal.failed(
                    "Cannot read %s: the address, a header or a secret holds a character that none may hold. Correct the job file or the secret."
                            .formatted(tries.location()));
        }
    }

    private String secret(SecretRef secret) {
        return secret.resolve(environment);
    }

    /** A link of a page or a redirect; where it leads elsewhere, nothing is asked. */
    URI onSameHost(String link, URI from) {
        URI target;
        try {
            target = Address.resolved(link, from);
        } catch (URISyntaxException e) {
            throw Refusal.failed(
                    "Cannot read %s: it names a next address that is none. Ask its owner.".formatted(tries.location()));
        }
        if (!Address.sameOrigin(from, target)) {
            throw Refusal.failed(
                    "OTHER_HOST",
                    "Cannot read %s: it sends on to another host (%s), which is not followed. Write that address into the job file if it is right."
                            .formatted(tries.location(), target.getHost()));
        }
        return target;
    }

    /** The hash of what is in the file in the end. */
    private String unpacked(Path packed, Path file, String encoding, long bound) throws IOException, PageBroken {
        MessageDigest hash = sha256();
        if (!encoding.isBlank() && !encoding.equalsIgnoreCase("gzip") && !encoding.equalsIgnoreCase("identity")) {
            throw new PageBroken("the answer is packed in a way that was not asked for");
        }
        if (encoding.equalsIgnoreCase("gzip") && Files.size(packed) > 0) {
            unpack(packed, file, bound, hash);
        } else {
            Files.move(packed, file, StandardCopyOption.REPLACE_EXISTING);
            try (InputStream in = Files.newInputStream(file)) {
                byte[] buffer = new byte[1 << 16];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    hash.update(buffer, 0, read);
                }
            }
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    private void unpack(Path packed, Path file, long bound, MessageDigest hash) throws IOException, PageBroken {
        long most = Math.min(bound, Math.max(FREE_OF_RATIO, (long)
                (Files.size(packed) * spec.csv().maxRatio())));
        long written = 0;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed), 1 << 16);
                OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                written += read;
                if (written > most) {
                    throw tooLarge();
                }
                hash.update(buffer, 0, read);
                out.write(buffer, 0, read);
            }
        } catch (ZipException | EOFException e) {
            throw new PageBroken("the answer is packed, but broken");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Tries.Failure judge(Exception failure) {
        return switch (failure) {
            case Refusal ours -> new Tries.Ours(ours);
            case PageAnswered answered -> answered(answered.status(), answered.retryAfter());
            case PageBroken broken -> new Tries.Passing(broken.getMessage() + ". Ask its owner.", null);
            case SSLException tls ->
                new Tries.Lasting(
                        "no secure connection is possible (%s). Check its certificate.".formatted(tls.getMessage()));
            case ConnectException refused ->
                new Tries.Passing("it cannot be connected. Check the address and the network.", null);
            case IOException broken ->
                isTooLarge(broken)
                        ? new Tries.Ours(tooLarge())
                        : new Tries.Passing(
                                "the connection broke before all of the answer had come (%s). Check the network."
                                        .formatted(broken.getMessage()),
                                null);
            case PageBody.PageTooLarge tooLarge -> new Tries.Ours(tooLarge());
            default -> new Tries.Lasting(failure.getClass().getSimpleName() + ". Look at the log.");
        };
    }

    private static boolean isTooLarge(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof PageBody.PageTooLarge) {
                return true;
            }
        }
        return false;
    }

    private static Tries.Failure answered(int status, @Nullable Duration retryAfter) {
        if (status >= 500 || status == 429 || status == 408 || status == 425) {
            return new Tries.Passing("it answers %d. Try again later.".formatted(status), retryAfter);
        }
        if (status >= 300 && status < 400) {
            return new Tries.Lasting("it sends on and on (%d). Correct the address.".formatted(status));
        }
        return status == 401 || status == 403
                ? new Tries.Lasting("it answers %d. Correct the secret, or ask for access.".formatted(status))
                : new Tries.Lasting("it answers %d. Correct the address.".formatted(status));
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}

package io.muster.web.console.provider;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.jsoup.Jsoup;

/** The browser of a person as the provider sees it: it keeps its cookies, and goes on until it is sent elsewhere. */
public final class ProviderVisitor implements AutoCloseable {

    private static final int MOST_STEPS = 10;

    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final String login;
    private int passwords;

    /** Of that person. */
    public ProviderVisitor(String login) {
        this.login = login;
    }

    /** How many times the password was given. */
    public int passwords() {
        return passwords;
    }

    /**
     * Goes to an address of the provider, signs in where it is asked to, and ends where the provider leads elsewhere.
     *
     * @return path and query there
     */
    public String visit(String address) throws IOException, InterruptedException {
        URI at = URI.create(address);
        String provider = at.getAuthority();
        HttpResponse<String> answer = client.send(page(at), BodyHandlers.ofString());
        for (int step = 0; step < MOST_STEPS; step++) {
            if (answer.statusCode() / 100 == 3) {
                at = at.resolve(answer.headers().firstValue("Location").orElseThrow());
                if (!at.getAuthority().equals(provider)) {
                    return at.getRawPath() + "?" + at.getRawQuery();
                }
                answer = client.send(page(at), BodyHandlers.ofString());
            } else if (at.getPath().equals("/login") && at.getQuery() == null && answer.statusCode() == 200) {
                passwords++;
                answer = client.send(form(at, answer.body()), BodyHandlers.ofString());
            } else {
                throw new AssertionError(at + ": " + answer.statusCode() + " " + answer.body());
            }
        }

        throw new AssertionError("no way leads on from " + at);
    }

    private static HttpRequest page(URI at) {
        return HttpRequest.newBuilder(at).header("Accept", "text/html").build();
    }

    private HttpRequest form(URI at, String page) {
        String token = Jsoup.parse(page).select("input[name=_csrf]").val();
        return HttpRequest.newBuilder(at.resolve("/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + URLEncoder.encode(login, StandardCharsets.UTF_8)
                        + "&password=" + TestProvider.PASSWORD + "&_csrf=" + token))
                .build();
    }

    @Override
    public void close() {
        client.close();
    }
}

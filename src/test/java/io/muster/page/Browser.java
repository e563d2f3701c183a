package io.muster.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window. Where there is none, the test is skipped. */
public final class Browser implements AutoCloseable {

    /** Pictures of what was shown, for people to look at. */
    public static final Path PICTURES = Path.of("target", "screenshots");

    private static final File PROGRAM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one with a profile of its own. */
    public static Browser start(String... more) {
        assumeTrue(PROGRAM.canExecute() && DRIVER.canExecute(), "no Chromium with its driver here");
        List<String> arguments = new ArrayList<>(List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--window-size=1200,800"));
        arguments.addAll(List.of(more));
        ChromeOptions options = new ChromeOptions();
        options.setBinary(PROGRAM);
        options.addArguments(arguments);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        return new Browser(new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER)
                        .usingAnyFreePort()
                        .build(),
                options));
    }

    /** Goes to a page. */
    public Browser open(String address) {
        driver.get(address);
        return this;
    }

    /** What a script of the page answers. */
    public @Nullable Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** What a script of the page answers, as text. */
    public String text(String script, Object... arguments) {
        return String.valueOf(run(script, arguments));
    }

    /** Waits until an expression of the page is true. */
    public void waitFor(String expression) {
        await(expression)
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Boolean.TRUE.equals(run("return !!(" + expression + ")")));
    }

    /** The one element of a selector, as soon as it is there. */
    public WebElement element(String selector) {
        await(selector)
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !driver.findElements(By.cssSelector(selector)).isEmpty());
        return driver.findElement(By.cssSelector(selector));
    }

    /** The link or button of the main part that has that text. */
    public WebElement named(String text) {
        return driver.findElement(
                By.xpath("//main//*[self::a or self::button][normalize-space(.) = '%s']".formatted(text)));
    }

    /** How many elements a selector has now. */
    public int count(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    /** Presses keys where the focus is. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses Tab backwards. */
    public void pressShiftTab() {
        new Actions(driver)
                .keyDown(Keys.SHIFT)
                .sendKeys(Keys.TAB)
                .keyUp(Keys.SHIFT)
                .perform();
    }

    /** What the page said to its console since the last look: its errors. */
    public List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Sets what a page can ask its media about, such as {@code prefers-color-scheme} and {@code dark}. */
    public void media(String feature, String value) {
        command("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    /** A command of the browser's own protocol. */
    public void command(String name, Map<String, Object> parameters) {
        var ignored = driver.executeCdpCommand(name, parameters);
    }

    /** Waits until nothing moves any more. */
    public void settle() {
        var ignored = run("return Promise.all(document.getAnimations().map(one => one.finished)).then(() => 0)");
    }

    /** Keeps a picture of the page. */
    public void picture(String name) {
        try {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new IllegalStateException("Cannot keep the picture " + name, e);
        }
    }

    /** The driver, for what is seldom needed. */
    public ChromeDriver driver() {
        return driver;
    }

    /** Goes into a frame of the page. */
    public void enter(String selector) {
        var ignored = driver.switchTo().frame(element(selector));
    }

    /** The windows that are open now. */
    public int windows() {
        return driver.getWindowHandles().size();
    }

    /** Closes all windows but the first. */
    public void closeOthers() {
        String first =
                Objects.requireNonNull(driver.getWindowHandles().iterator().next());
        for (String window : driver.getWindowHandles()) {
            if (!window.equals(first)) {
                driver.switchTo().window(window);
                driver.close();
            }
        }

        driver.switchTo().window(first);
        assertThat(windows()).isEqualTo(1);
    }

    @Override
    public void close() {
        driver.quit();
    }
}

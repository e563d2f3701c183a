// A single-page application: the visitor logs in and out without a new page.
(function () {
  var shop = document.getElementById('shop');

  function become(reference) {
    QSI.config.externalReference = reference;
    // What is shown was meant for the visitor before.
    QSI.API.unload();
    QSI.API.load().then(function () {
      return QSI.API.run();
    });
  }

  document.getElementById('login').addEventListener('submit', function (event) {
    event.preventDefault();
    shop.textContent = 'Welcome. Your orders are here.';
    become(document.getElementById('reference').value);
  });
  document.getElementById('logout').addEventListener('click', function () {
    shop.textContent = 'You are logged out.';
    become('');
  });
})();

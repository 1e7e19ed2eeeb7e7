<?php
// Settings of a throw-away site: everything of it lies in the folder that the environment names.
$site = getenv('SITE');

// Debian's own settings look for the site's in /etc; ours are loaded instead of them.
define('ABSPATH', '/usr/share/wordpress/');
define('WP_CONTENT_DIR', "$site/wp-content");
define('DB_HOST', "localhost:$site/database.sock");
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';

// The site is reached through networks that fail, each on a port of its own.
define('WP_HOME', 'http://' . ($_SERVER['HTTP_HOST'] ?? '127.0.0.1'));
define('WP_SITEURL', WP_HOME);
// Without this, application passwords are for HTTPS alone.
define('WP_ENVIRONMENT_TYPE', 'local');

// It writes to nobody, fetches nothing, and does nothing that it was not asked for.
function wp_mail() { return true; }
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);

require ABSPATH . 'wp-settings.php';
